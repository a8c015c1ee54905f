fn shout(text: &str) -> String {
    text.to_uppercase()
}

fn main() {
    for word in std::env::args().skip(1) {
        println!("{}", shout(&word));
    }
}

#[test]
fn shouts() {
    assert_eq!(shout("hello"), "HELLO");
}
