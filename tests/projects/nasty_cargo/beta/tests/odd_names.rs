// SPDX-License-Identifier: MIT
//! A test harness of its own, for names that no Rust function can have.

const NAMES: [(&str, bool); 9] = [
    ("with a space", true),
    ("with (brackets), [these] and {those}", true),
    ("back\\slash and / slash", true),
    ("'single' \"double\" `back` $HOME", false),
    ("ends in ) and # 3#2", true),
    ("größe=三 | & ! - + ~", true),
    ("=begins like a matcher", true),
    ("fails", false),
    ("fails too", true),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |wanted: &str| arguments.iter().any(|one| one == wanted);
    if has("--list") {
        // Of a build that is another than the one that was listed, some may be missing.
        let missing = std::env::var("NASTY_MISSING").is_ok();
        for (name, _) in NAMES.iter().skip(if missing { 2 } else { 0 }) {
            if !has("--ignored") {
                println!("{name}: test");
            }
        }
        return;
    }
    let wanted = NAMES.iter().find(|(name, _)| has(name)).expect("an exact name");
    println!("running {}", wanted.0);
    std::process::exit(if wanted.1 { 0 } else { 101 });
}
