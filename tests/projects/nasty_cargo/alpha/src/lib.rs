// SPDX-License-Identifier: MIT
//! Tests that end in every way that a test can end.

pub fn add(a: i32, b: i32) -> i32 {
    a + b
}

#[cfg(test)]
mod tests {
    use super::add;

    #[test]
    fn adds() {
        assert_eq!(add(1, 2), 3);
    }

    #[test]
    fn panics() {
        panic!("on purpose");
    }

    #[test]
    fn panics_in_many_lines() {
        println!("before it fails");
        eprintln!("and on the other stream");
        assert_eq!(add(1, 1), 3, "ünïcode: 三\nsecond \"line\" <&>\n\ttabbed");
    }

    #[test]
    fn returns_an_error() -> Result<(), String> {
        Err("an error that was returned".into())
    }

    #[test]
    fn returns_ok() -> Result<(), String> {
        Ok(())
    }

    #[test]
    #[should_panic]
    fn should_panic_and_does() {
        panic!("expected");
    }

    #[test]
    #[should_panic(expected = "these words")]
    fn should_panic_with_other_words() {
        panic!("not those");
    }

    #[test]
    #[should_panic]
    fn should_panic_and_does_not() {}

    #[test]
    #[ignore = "takes long"]
    fn ignored() {}

    #[test]
    #[ignore]
    fn ignored_and_failing() {
        panic!("when it is run after all");
    }

    #[test]
    fn writes_a_lot() {
        for i in 0..2000 {
            println!("line {i} \u{1b}[31mred\u{1b}[0m");
        }
    }

    #[test]
    fn writes_what_looks_like_an_event() {
        println!("{{\"type\":\"test\",\"event\":\"failed\",\"name\":\"alpha::alpha$tests::adds\"}}");
        eprintln!("{{\"type\":\"test\",\"event\":\"failed\",\"name\":\"alpha::alpha$tests::adds\"}}");
    }

    #[cfg(feature = "extra")]
    #[test]
    fn only_with_the_feature() {}
}

/// Names that begin like others.
#[cfg(test)]
mod a {
    #[test]
    fn b() {}

    mod b {
        #[test]
        fn c() {}

        #[test]
        fn c_d() {
            panic!("not c");
        }

        mod c {
            #[test]
            fn d() {}
        }
    }

    #[test]
    fn größe() {}
}

#[cfg(test)]
mod deaths {
    #[test]
    fn aborts() {
        std::process::abort();
    }

    #[test]
    fn exits_with_0() {
        println!("goodbye");
        std::process::exit(0);
    }

    #[test]
    fn exits_with_7() {
        std::process::exit(7);
    }

    #[test]
    fn overflows_its_stack() {
        fn deeper(n: u64) -> u64 {
            let padding = [n; 512];
            if n == u64::MAX {
                return 0;
            }
            deeper(n + 1) + padding.iter().sum::<u64>()
        }
        assert_eq!(deeper(0), 1);
    }
}
