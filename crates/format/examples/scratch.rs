use danaide_format::*;
fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    let width = args.next().map_or(100, |it| it.parse().unwrap());
    print!("{}", format_text(&text, &FormatOptions { line_width: width, range: None }));
}
