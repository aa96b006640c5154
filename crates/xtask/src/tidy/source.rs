//! Rust text in, the tokens of the library out: without comments, doc comments and the tests.

use std::iter::Peekable;

use proc_macro2::{Delimiter, Group, LexError, TokenStream, TokenTree};

/// What a source file holds apart from its tests.
pub(super) struct Source {
    tokens: Vec<TokenTree>,
}

/// A word, a sign or a literal, and the line on which it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) line: usize,
}

impl Source {
    /// Splits a file into tokens; an error where it is not Rust.
    pub(super) fn parse(text: &str) -> Result<Self, LexError> {
        Ok(Self { tokens: without_tests_and_docs(text.parse()?) })
    }

    /// All tokens in order; a group's brackets stand before and after what they hold.
    pub(super) fn tokens(&self) -> Vec<Token> {
        let mut tokens = Vec::new();
        flatten(&self.tokens, &mut tokens);
        tokens
    }

    /// Every path that `use` statements bring in, groups written out, with the line on which the statement begins.
    pub(super) fn imports(&self) -> Vec<(usize, Vec<String>)> {
        let mut found = Vec::new();
        collect_imports(&self.tokens, &mut found);
        found
    }
}

/// The tokens of a piece of text, as a rule names them.
pub(super) fn words(text: &str) -> Vec<String> {
    let tokens = Source::parse(text).expect("a rule's words are Rust").tokens();
    tokens.into_iter().map(|token| token.text).collect()
}

fn without_tests_and_docs(stream: TokenStream) -> Vec<TokenTree> {
    let mut kept = Vec::new();
    let mut tokens = stream.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(sign) if sign.as_char() == '#' => {
                let inner = tokens.next_if(|next| is_sign(next, '!'));
                let attribute = match tokens.peek() {
                    Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => {
                        group.stream().to_string()
                    }
                    _ => String::new(),
                };
                if attribute.starts_with("doc =") {
                    tokens.next();
                } else if attribute == "cfg (test)" && has_body(tokens.clone()) {
                    // The attribute, `mod`, its name and its body.
                    tokens.nth(3);
                } else {
                    kept.push(TokenTree::Punct(sign));
                    kept.extend(inner);
                }
            }
            TokenTree::Group(group) => {
                let inside = without_tests_and_docs(group.stream()).into_iter().collect();
                let mut shown = Group::new(group.delimiter(), inside);
                shown.set_span(group.span());
                kept.push(TokenTree::Group(shown));
            }
            other => kept.push(other),
        }
    }
    kept
}

/// Whether an attribute is followed by `mod name { .. }`.
fn has_body(tokens: Peekable<impl Iterator<Item = TokenTree>>) -> bool {
    let mut after = tokens.skip(1);
    let is_module = after.next().is_some_and(|token| token.to_string() == "mod");
    is_module && matches!(after.nth(1), Some(TokenTree::Group(_)))
}

fn flatten(trees: &[TokenTree], tokens: &mut Vec<Token>) {
    for tree in trees {
        let TokenTree::Group(group) = tree else {
            tokens.push(Token { text: tree.to_string(), line: line(tree) });
            continue;
        };
        let [open, close] = match group.delimiter() {
            Delimiter::Parenthesis => ["(", ")"],
            Delimiter::Brace => ["{", "}"],
            Delimiter::Bracket => ["[", "]"],
            Delimiter::None => ["", ""],
        };
        tokens.push(Token { text: open.to_owned(), line: line(tree) });
        flatten(&group.stream().into_iter().collect::<Vec<_>>(), tokens);
        tokens.push(Token { text: close.to_owned(), line: tree.span().end().line });
    }
}

fn collect_imports(trees: &[TokenTree], found: &mut Vec<(usize, Vec<String>)>) {
    let mut rest = trees;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            // `impl Trait + use<'a>` says what a type holds, and imports nothing.
            TokenTree::Ident(word)
                if word == "use" && !after.first().is_some_and(|token| is_sign(token, '<')) =>
            {
                let length = after.iter().position(|token| is_sign(token, ';'));
                let (tree, after) = after.split_at(length.unwrap_or(after.len()));
                let mut paths = Vec::new();
                write_out(&[], tree, &mut paths);
                found.extend(paths.into_iter().map(|path| (line(first), path)));
                rest = after;
            }
            TokenTree::Group(group) => {
                collect_imports(&group.stream().into_iter().collect::<Vec<_>>(), found);
            }
            _ => {}
        }
    }
}

/// `a::{b as x, c::{d}}` as `a::b` and `a::c::d`.
fn write_out(prefix: &[String], tree: &[TokenTree], paths: &mut Vec<Vec<String>>) {
    for part in tree.split(|token| is_sign(token, ',')).filter(|part| !part.is_empty()) {
        let mut path = prefix.to_vec();
        let mut group = None;
        for token in part {
            match token {
                TokenTree::Ident(word) if word == "as" => break,
                TokenTree::Group(inside) => group = Some(inside.stream()),
                TokenTree::Punct(sign) if sign.as_char() == ':' => {}
                other => path.push(other.to_string()),
            }
        }
        match group {
            Some(group) => write_out(&path, &group.into_iter().collect::<Vec<_>>(), paths),
            None => paths.push(path),
        }
    }
}

fn is_sign(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(sign) if sign.as_char() == wanted)
}

fn line(token: &TokenTree) -> usize {
    token.span().start().line
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tokens that are left.
    fn left(source: &str) -> String {
        let tokens = Source::parse(source).unwrap().tokens();
        tokens.into_iter().map(|token| token.text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_are_no_code() {
        assert_eq!(left("//! i\na // b \" c\nd /* e /* f */ \" g */ h /** j */ k"), "a d h k");
        assert!(Source::parse("a /* never closed").is_err());
    }

    #[test]
    fn what_stands_in_a_text_is_one_token() {
        assert_eq!(left(r#"a("b \" // c\\") d"#), r#"a ( "b \" // c\\" ) d"#);
        assert_eq!(left("b(r#\"c \" d\"#) r#type '\"' 'a"), "b ( r#\"c \" d\"# ) r#type '\"' ' a");
    }

    #[test]
    fn tests_are_not_the_library() {
        let source =
            "a\n#[cfg(test)]\nmod tests {\n    b {\n    }\n}\nc\n#[cfg(test)]\nfn d() {}\n";
        assert_eq!(left(source), "a c # [ cfg ( test ) ] fn d ( ) { }");
    }

    #[test]
    fn lines_keep_their_numbers() {
        let source = "a\n/* b\nc */ d\n\"e\nf\"\ng\n#[cfg(test)]\nmod tests {\n}\nh {\n}\n";
        let tokens = Source::parse(source).unwrap().tokens();
        let line_of = |word: &str| tokens.iter().find(|token| token.text == word).unwrap().line;
        assert_eq!([line_of("d"), line_of("g"), line_of("h"), line_of("}")], [3, 6, 10, 11]);
    }

    #[test]
    fn grouped_imports_are_written_out() {
        let source = Source::parse(
            "x!{}\npub use std::{\n    env,\n    fs::{self, File},\n};\nmod m { use a::b as c; }\nrefuse d;",
        );
        let found = source.unwrap().imports();
        let found: Vec<_> = found.iter().map(|(line, path)| (*line, path.join("::"))).collect();
        let expected = [(2, "std::env"), (2, "std::fs::self"), (2, "std::fs::File"), (6, "a::b")];
        assert_eq!(found, expected.map(|(line, path)| (line, path.to_owned())));
    }

    #[test]
    fn what_a_type_holds_is_no_import() {
        let source = "fn f<'a>(x: &'a str) -> impl Fn() + use<'a> { use a::b; }\nuse c;";
        let found = Source::parse(source).unwrap().imports();
        let found: Vec<_> = found.iter().map(|(_, path)| path.join("::")).collect();
        assert_eq!(found, ["a::b", "c"]);
    }
}
