//! Questions of agents, answered by typing.

use std::io::{IsTerminal, Write, stdin, stdout};

use indicatif::{ProgressBar, ProgressDrawTarget};
use nanonets_agents::wait::{Question, Reply};
use tokio::sync::Mutex;

/// Held while a question is on the screen: one is asked after the other, so that it is clear which
/// one is being answered.
static TYPING: Mutex<()> = Mutex::const_new(());

/// Shows the question in place of the bar and reads a line.
///
/// The question is left open where nothing is typed, or where there is no terminal to type at.
pub async fn ask(question: Question, bar: ProgressBar) -> Reply {
    if !stdin().is_terminal() {
        return Reply::decline();
    }
    let _typing = TYPING.lock().await;
    bar.set_draw_target(ProgressDrawTarget::hidden());
    println!("\n{question}");
    print!("> ");
    // A prompt that can't be shown keeps no one from typing.
    let _ = stdout().flush();
    let typed = tokio::task::spawn_blocking(|| stdin().lines().next()).await;
    bar.set_draw_target(ProgressDrawTarget::stderr());
    match typed {
        Ok(Some(Ok(line))) if !line.trim().is_empty() => Reply::text(line.trim()),
        _ => Reply::decline(),
    }
}
