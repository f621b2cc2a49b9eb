#[cfg(test)]
mod tests {
    #[test]
    fn passes() {}

    #[test]
    fn panics() {
        panic!("on purpose");
    }

    #[test]
    fn compares() {
        assert_eq!(1 + 1, 3, "sums");
    }

    #[test]
    fn returns_an_error() -> Result<(), String> {
        Err("an error that was returned".into())
    }

    #[test]
    fn prints_an_error_and_panics() {
        println!("Error: only printed");
        panic!("the reason");
    }

    #[test]
    #[should_panic(expected = "these words")]
    fn panics_with_other_words() {
        panic!("other words");
    }

    #[test]
    #[ignore]
    fn ignored() {}

    #[test]
    fn aborts() {
        std::process::abort();
    }
}
