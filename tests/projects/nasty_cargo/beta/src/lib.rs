// SPDX-License-Identifier: MIT
pub fn twice(a: u64) -> u64 {
    2 * a
}

#[cfg(test)]
mod tests {
    #[test]
    fn adds() {
        assert_eq!(super::twice(2), 4);
    }
}

#[cfg(test)]
mod sleeps {
    use std::{thread::sleep, time::Duration};

    #[test]
    fn a_moment() {
        sleep(Duration::from_millis(300));
    }

    #[test]
    fn past_its_limit() {
        println!("going to sleep");
        sleep(Duration::from_secs(60));
    }

    /// As long as the variable says, with a child of its own.
    #[test]
    fn as_long_as_told() {
        let told = match std::env::var("NASTY_SLEEP") {
            Ok(told) => told,
            Err(_) => return,
        };
        let mut child = std::process::Command::new("sleep").arg(&told).spawn().unwrap();
        sleep(Duration::from_secs(told.parse().unwrap()));
        child.wait().unwrap();
    }
}

/// Leaves a child behind that holds the test's output open.
#[cfg(test)]
mod leaks {
    #[test]
    fn a_child() {
        std::process::Command::new("sleep").arg("5").spawn().unwrap();
    }
}
