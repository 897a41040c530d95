//! The quickstart where the environment names a proxy: the key stays on this machine.

use std::net::TcpListener;

use support::program::{Program, built};

#[test]
fn what_is_sent_to_this_machine_goes_through_no_proxy() {
    let proxy = TcpListener::bind("127.0.0.1:0").expect("a free port");
    proxy.set_nonblocking(true).expect("a socket");
    let address = format!("http://{}", proxy.local_addr().expect("an address"));
    let mut simulator = Program::start(&built("simulator"), &[], &[]);
    let (url, key) = (simulator.value("Base URL"), simulator.value("API key"));
    let agent_id = simulator.value("Agent id");
    let mut quickstart = Program::start(
        &built("quickstart"),
        &[],
        &[
            ("NANONETS_BASE_URL", &url),
            ("NANONETS_API_KEY", &key),
            ("NANONETS_AGENT_ID", &agent_id),
            ("HTTP_PROXY", &address),
            ("http_proxy", &address),
            ("ALL_PROXY", &address),
            ("all_proxy", &address),
            ("NO_PROXY", ""),
            ("no_proxy", ""),
        ],
    );
    let ended = loop {
        assert!(proxy.accept().is_err(), "the proxy was asked");
        if let Some(status) = quickstart.child.try_wait().expect("it was started") {
            break status;
        }
        std::thread::yield_now();
    };
    assert!(ended.success());
    assert!(proxy.accept().is_err(), "the proxy was asked");
}
