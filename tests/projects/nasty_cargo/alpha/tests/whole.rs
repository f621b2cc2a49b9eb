// SPDX-License-Identifier: MIT
use std::process::Command;

#[test]
fn adds() {
    assert_eq!(alpha::add(1, -1), 0);
}

#[test]
fn runs_the_program() {
    let out = Command::new(env!("CARGO_BIN_EXE_alpha")).output().unwrap();
    assert_eq!(out.stdout, b"3\n");
}

#[test]
fn needs_the_setup_script() {
    assert_eq!(std::env::var("NASTY_PREPARED").as_deref(), Ok("yes"));
}

#[test]
fn sees_where_it_is() {
    let here = std::env::current_dir().unwrap();
    assert!(here.ends_with("alpha"), "{here:?}");
    assert!(std::env::var("OFFLOAD_ROOT").is_ok());
    if let Ok(folder) = std::env::var("NASTY_COUNTERS") {
        let mut seen = String::new();
        for name in ["CARGO", "CARGO_HOME", "PATH", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"] {
            seen += &format!("{}={:?}\n", name, std::env::var_os(name));
        }
        std::fs::write(std::path::Path::new(&folder).join("environment"), seen).unwrap();
    }
}

/// Fails twice, then passes: the attempts are counted in a file.
#[test]
fn flaky_in_nextest() {
    fails_so_many_times(2, "flaky_in_nextest");
}

/// Fails once, then passes, when it is run again by somebody else than nextest.
#[test]
fn flaky_in_offload() {
    fails_so_many_times(1, "flaky_in_offload");
}

fn fails_so_many_times(times: usize, name: &str) {
    use std::io::Write;
    let folder = match std::env::var("NASTY_COUNTERS") {
        Ok(folder) => folder,
        Err(_) => return,
    };
    let path = std::path::Path::new(&folder).join(name);
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(&path).unwrap();
    writeln!(file, "attempt").unwrap();
    let attempts = std::fs::read_to_string(&path).unwrap().lines().count();
    assert!(attempts > times, "attempt {attempts} fails");
}
