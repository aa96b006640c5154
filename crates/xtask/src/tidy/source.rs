//! Rust text in, the same lines without comments, texts and tests out.
//!
//! This is no parser: it knows just enough of the grammar to tell what is code, and relies on rustfmt for where a test
//! module ends.

/// `source` with everything that is not code of the library replaced by blanks, line for line.
pub(crate) fn library_code(source: &str) -> String {
    without_tests(&without_comments_and_texts(source))
}

/// Every path that `use` statements bring in, groups written out, with the line on which the statement begins.
pub(crate) fn imports(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (start, _) in code.match_indices("use ") {
        if code[..start].ends_with(is_part_of_name) {
            continue;
        }
        let Some(tree) = code[start + 4..].split(';').next() else { continue };
        let tree: String = tree.split_whitespace().collect();
        let line = code[..start].matches('\n').count() + 1;
        let mut paths = Vec::new();
        write_out("", &tree, &mut paths);
        found.extend(paths.into_iter().map(|path| (line, path)));
    }
    found
}

/// Whether a character may stand inside an identifier.
pub(crate) fn is_part_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// `a::{b, c::{d}}` as `a::b` and `a::c::d`.
fn write_out(prefix: &str, tree: &str, paths: &mut Vec<String>) {
    let Some((path, group)) = tree.split_once('{') else {
        paths.push(format!("{prefix}{tree}"));
        return;
    };
    let prefix = format!("{prefix}{path}");
    let (mut depth, mut start) = (0_usize, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                if start < at {
                    write_out(&prefix, &group[start..at], paths);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}

fn without_tests(code: &str) -> String {
    let mut kept = String::with_capacity(code.len());
    let mut in_tests = false;
    let mut lines = code.lines().peekable();
    while let Some(line) = lines.next() {
        let opens = line == "#[cfg(test)]"
            && lines.peek().is_some_and(|next| next.starts_with("mod tests {"));
        in_tests |= opens;
        if !in_tests {
            kept.push_str(line);
        }
        kept.push('\n');
        in_tests &= line != "}";
    }
    kept
}

fn without_comments_and_texts(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        // default: the text begins as if after a blank
        let previous = code.chars().next_back().unwrap_or(' ');
        let hidden = hidden_length(rest, previous);
        if hidden == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            code.extend(rest[..hidden].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = &rest[hidden..];
        }
    }
    code
}

/// The bytes of the comment, text or character with which `rest` begins; 0 where it begins with code.
fn hidden_length(rest: &str, previous: char) -> usize {
    let bytes = rest.as_bytes();
    match bytes[0] {
        b'/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
        b'/' if rest.starts_with("/*") => block_comment_length(rest),
        b'"' => text_length(rest),
        // `br""` and `cr""` are raw texts; the `r` of `for` or of `r#type` begins none.
        b'r' if !is_part_of_name(previous) || matches!(previous, 'b' | 'c') => {
            raw_text_length(rest)
        }
        b'\'' => character_length(rest),
        _ => 0,
    }
}

fn block_comment_length(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        // default: the last byte is no pair
        let pair = rest.as_bytes().get(at..at + 2).unwrap_or_default();
        match pair {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn text_length(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    rest.len()
}

fn raw_text_length(rest: &str) -> usize {
    let fence = rest[1..].bytes().take_while(|&byte| byte == b'#').count();
    let body = 1 + fence + 1;
    if rest.as_bytes().get(body - 1) != Some(&b'"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(fence));
    rest[body..].find(&end).map_or(rest.len(), |at| body + at + end.len())
}

/// A lifetime begins like a character, but has no closing quote behind its first letter.
fn character_length(rest: &str) -> usize {
    let mut inside = rest.char_indices().skip(1);
    match inside.next() {
        Some((_, '\\')) => {
            let closing = inside.skip(1).find(|&(_, c)| c == '\'');
            closing.map_or(0, |(at, _)| at + 1)
        }
        _ => match inside.next() {
            Some((at, '\'')) => at + 1,
            _ => 0,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The code that is left, with its blanks squeezed.
    fn left(source: &str) -> String {
        library_code(source).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_are_no_code() {
        assert_eq!(left("a // b \" c\nd /* e /* f */ \" g */ h //! i"), "a d h");
        assert_eq!(left("a /* never closed"), "a");
    }

    #[test]
    fn texts_are_no_code() {
        assert_eq!(left(r#"a("b \" // c\\") d"#), "a( ) d");
        assert_eq!(left("a(r\"\\\") b(r#\"c \" d\"#) e(br\"f\") r#type"), "a( ) b( ) e(b ) r#type");
    }

    #[test]
    fn characters_are_no_code_but_lifetimes_are() {
        assert_eq!(
            left("f('\"', '\\'', '\\u{7f}', b'a') g::<'static>(&'a x)"),
            "f( , , , b ) g::<'static>(&'a x)"
        );
    }

    #[test]
    fn tests_are_not_the_library() {
        let source =
            "a\n#[cfg(test)]\nmod tests {\n    b {\n    }\n}\nc\n#[cfg(test)]\nfn d() {}\n";
        assert_eq!(left(source), "a c #[cfg(test)] fn d() {}");
    }

    #[test]
    fn lines_keep_their_numbers() {
        let source = "a\n/* b\nc */ d\n\"e\nf\"\ng\n#[cfg(test)]\nmod tests {\n}\nh\n";
        let code = library_code(source);
        let line_of = |word: &str| code.lines().position(|line| line.contains(word)).unwrap() + 1;
        assert_eq!([line_of("d"), line_of("g"), line_of("h")], [3, 6, 10]);
    }

    #[test]
    fn grouped_imports_are_written_out() {
        let found = imports(
            "x\npub use std::{\n    env,\n    fs::{self, File},\n};\nuse a::b as c;\nrefuse d;",
        );
        let expected =
            [(2, "std::env"), (2, "std::fs::self"), (2, "std::fs::File"), (6, "a::basc")];
        assert_eq!(found, expected.map(|(line, path)| (line, path.to_owned())));
    }
}
