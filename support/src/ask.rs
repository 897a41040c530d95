//! Questions of agents, answered by typing.

use std::io::{IsTerminal, Write, stdin, stdout};

use nanonets_agents::prelude::*;

/// Shows the question and reads a line; leaves it open where nobody can type, or nothing was typed.
pub async fn ask(question: Question) -> Reply {
    if !stdin().is_terminal() {
        return Reply::decline();
    }
    // One after the other: whoever types has to know what for.
    static TYPING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _typing = TYPING.lock().await;
    println!("\n{question}");
    print!("> ");
    // Nobody sees what can't be written there either.
    let _ = stdout().flush();
    let typed = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        stdin().read_line(&mut line).map(|_| line)
    });
    match typed.await {
        Ok(Ok(line)) if !line.trim().is_empty() => Reply::text(line.trim()),
        _ => Reply::decline(),
    }
}
