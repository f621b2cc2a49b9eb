// SPDX-License-Identifier: MIT
fn main() {
    println!("{}", alpha::add(1, 2));
}

#[cfg(test)]
mod tests {
    #[test]
    fn adds() {
        assert_eq!(alpha::add(2, 2), 5, "the same name as in the library, another verdict");
    }

    #[test]
    fn of_the_program() {}
}
