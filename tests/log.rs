//! Reading logs: what is wrong is said, everything is accounted for, and the way of reading makes no difference.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail"
)]

#[path = "log/plan.rs"]
mod plan;

use proptest::prelude::*;
use qun::log::{Accounts, Decoded, Decoder, LineError, LogError, LogReader, OwnedEvent, ReadOptions, Source};
use qun::plan::ids::NameId;
use qun::plan::value::Value;
use qun::time::{Duration, Instant};
use rust_decimal::Decimal;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

fn decoder() -> Decoder {
    Decoder::new(&plan::plan())
}

/// What reading some bytes gives.
struct Reading {
    events: Vec<OwnedEvent>,
    error: Option<LogError>,
    accounts: Accounts,
}

/// Logs to be read, and how.
#[derive(Default)]
struct Log {
    files: Vec<Vec<u8>>,
    options: ReadOptions,
}

impl Log {
    fn of(text: impl AsRef<[u8]>) -> Log {
        Log::default().and(text)
    }

    fn and(mut self, text: impl AsRef<[u8]>) -> Log {
        self.files.push(text.as_ref().to_vec());
        self
    }

    fn sorted(mut self) -> Log {
        self.options.sort = true;
        self
    }

    fn between(mut self, from: i64, to: i64) -> Log {
        self.options.from = Some(Instant::from_ms(from));
        self.options.to = Some(Instant::from_ms(to));
        self
    }

    /// Reads with one thread and with two, which must come to the same.
    fn read(self) -> Reading {
        let one = self.read_with(1);
        let two = self.read_with(2);
        assert_eq!(one.events, two.events);
        assert_eq!(one.error, two.error);
        assert_eq!(one.accounts, two.accounts);
        assert!(one.accounts.files.iter().all(|file| file.adds_up()), "{:?}", one.accounts);
        assert_eq!(one.accounts.total().events, one.events.len() as u64);
        one
    }

    fn read_with(&self, threads: usize) -> Reading {
        let named = self.files.iter().zip(1..);
        let sources = named.map(|(file, i)| Source::new(format!("log{i}"), Cursor::new(file.clone()))).collect();
        let options = ReadOptions { threads, ..self.options.clone() };
        match LogReader::new(sources, decoder(), options) {
            Ok(reader) => Reading::of(reader),
            Err(error) => Reading { events: Vec::new(), error: Some(error), accounts: Accounts::default() },
        }
    }
}

impl Reading {
    fn of(mut reader: LogReader) -> Reading {
        let mut events = Vec::new();
        let error = loop {
            match reader.next() {
                Ok(Some(event)) => events.push(event.into()),
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        assert_eq!(reader.next(), Ok(None), "nothing comes after the end");
        Reading { events, error, accounts: reader.finish() }
    }

    fn ids(&self) -> Vec<&str> {
        self.events.iter().map(|event| event.id.as_str()).collect()
    }

    /// What the user is told.
    fn shown(&self) -> String {
        let mut text = String::new();
        for bad in &self.accounts.bad {
            writeln!(text, "{}", self.accounts.shown(bad)).unwrap();
            if let Some(help) = bad.error.help() {
                writeln!(text, "  help: {help}").unwrap();
            }
        }
        for (reason, count) in &self.accounts.reasons {
            writeln!(text, "counted: {reason} {count}").unwrap();
        }
        if let Some(error) = &self.error {
            writeln!(text, "error: {error}").unwrap();
            writeln!(text, "  help: {}", error.help().unwrap_or("-")).unwrap();
        }
        write!(text, "events: {}", self.ids().join(" ")).unwrap();
        text
    }
}

/// A line that is an event at so many milliseconds.
fn joined(id: &str, at: i64) -> String {
    format!("{{\"id\":\"{id}\",\"at\":{at},\"kind\":\"member.joined\",\"group\":\"g1\",\"member\":\"m1\"}}\n")
}

fn decoded(line: &str) -> OwnedEvent {
    match decoder().decode(line.as_bytes()).unwrap() {
        Decoded::Event(event) => event,
        Decoded::UnknownKind(name) => panic!("unknown {name}"),
    }
}

fn refused(line: &str) -> LineError {
    *decoder().decode(line.as_bytes()).unwrap_err()
}

#[test]
fn every_mistake_is_explained() {
    insta::glob!("log/bad/*.jsonl", |path| {
        let text = std::fs::read(path).unwrap();
        insta::assert_snapshot!(Log::of(text).read().shown());
    });
}

#[test]
fn a_whole_event() {
    let event = decoded(
        r#" { "links" : 3, "text" : "hi", "member":"m1","group":"群1", "kind":"message.posted", "at":"2024-03-01T08:30:00+08:00","id":"e1" } "#,
    );
    assert_eq!(event.id, "e1");
    assert_eq!(event.at.ms(), 1_709_253_000_000);
    assert_eq!(event.group.as_deref(), Some("群1"));
    assert_eq!(event.member.as_deref(), Some("m1"));
    // The text is not used, and what comes after the last used field is left out.
    assert_eq!(event.fields.as_slice(), [Value::Unknown, Value::Unknown, Value::Unknown, Value::count(3)]);
}

#[test]
fn what_is_missing_counts_as_its_default() {
    let line = r#"{"at":0,"kind":"message.posted","group":"g1","member":"m1","length":null}"#;
    assert_eq!(decoded(line).fields.get(3), Some(&Value::count(0)));
    assert!(decoded(line).id.is_empty());
}

#[test]
fn a_value_of_every_type() {
    let event = decoded(
        r#"{"at":0,"kind":"every.type","bool":true,"number":-2.50,"percent":0.2,"money":199.90,"duration":"1d12h",
            "time":"1970-01-01T00:00:01Z","text":"a\n\u4e2d","list":["a","b"],"name":"lead","tier":"gold","who":"m2","where":"g2"}"#,
    );
    let money: Decimal = "199.90".parse().unwrap();
    let expected = [
        Value::Bool(true),
        Value::Number("-2.5".parse().unwrap()),
        Value::Number("0.2".parse().unwrap()),
        Value::Money(money),
        Value::Duration(Duration::from_hours(36)),
        Value::Time(Instant::from_ms(1000)),
        Value::text("a\n中"),
        Value::List([Value::text("a"), Value::text("b")].into()),
        Value::Name(NameId(1)),
        Value::Unknown,
        Value::text("m2"),
        Value::text("g2"),
    ];
    assert_eq!(event.fields.as_slice(), expected);
}

#[test]
fn other_ways_to_write_a_value() {
    let field = |text: &str, position: usize| {
        let line = format!("{{\"at\":1.0e3,\"kind\":\"every.type\",{text}}}");
        decoded(&line).fields.get(position).cloned().unwrap()
    };
    assert_eq!(field(r#""duration":1.5"#, 4), Value::Duration(Duration::from_ms(1500)));
    assert_eq!(field(r#""duration":0.0019"#, 4), Value::Duration(Duration::from_ms(1)));
    assert_eq!(field(r#""time":1000"#, 5), Value::Time(Instant::from_ms(1000)));
    assert_eq!(field(r#""name":"nobody""#, 8), Value::Name(NameId::UNDECLARED));
    assert_eq!(field(r#""te\u0078t":"x""#, 6), Value::text("x"));
    assert_eq!(field(r#""list":[]"#, 7), Value::List([].into()));
}

#[test]
fn keys_that_a_kind_does_not_carry_are_ignored() {
    let event = decoded(r#"{"at":0,"kind":"weather.alert","group":7,"member":"","city":"上海","more":{"a":[1e999]}}"#);
    assert_eq!((event.group, event.member), (None, None));
    assert_eq!(event.fields.as_slice(), [Value::text("上海")]);
    let event = decoded(r#"{"at":0,"kind":"purchase.made","member":"m1","amount":0}"#);
    assert_eq!(event.group, None);
}

#[test]
fn limits_are_told() {
    let long = |bytes: usize| format!(r#"{{"at":0,"kind":"every.type","text":"{}"}}"#, "x".repeat(bytes));
    assert!(decoder().decode(long(qun::log::MAX_TEXT).as_bytes()).is_ok());
    assert_eq!(
        refused(&long(qun::log::MAX_TEXT + 1)).to_string(),
        "field `text` has 65537 bytes, at most 65536 are kept"
    );
    assert_eq!(refused(&long(qun::log::MAX_LINE)), LineError::LineTooLong);
    let id = format!(r#"{{"id":"{}","at":0,"kind":"every.type"}}"#, "x".repeat(257));
    assert_eq!(refused(&id).to_string(), "field `id` has 257 bytes, at most 256 are kept");
    let fields: String = (0..257).map(|i| format!(",\"f{i}\":0")).collect();
    assert_eq!(refused(&format!("{{\"at\":0{fields}}}")), LineError::TooManyFields);
}

#[test]
fn a_log_with_everything_in_it() {
    let text = [
        "\u{feff}",
        &joined("a", 10),
        "\r\n",
        "  \t\n",
        "oops\n",
        &joined("b", 20).replace('\n', "\r\n"),
        &joined("a", 10),
        r#"{"at":20,"kind":"member.join"}"#,
        "\n",
        r#"{"at":20,"kind":"moon.landed"}"#,
        "\n",
        &joined("early", 5),
        &joined("late", 30),
        joined("c", 25).trim_end(),
    ]
    .concat();
    let reading = Log::of(text).between(10, 30).read();
    assert_eq!(reading.ids(), ["a", "b", "c"]);
    insta::assert_debug_snapshot!(reading.accounts);
}

#[test]
fn files_are_merged_by_time_then_by_their_order() {
    let one = [joined("a", 10), joined("b", 20), joined("c", 20)].concat();
    let two = [joined("x", 5), joined("y", 20), joined("z", 30)].concat();
    assert_eq!(Log::of(&one).and(&two).read().ids(), ["x", "a", "b", "c", "y", "z"]);
    assert_eq!(Log::of(&two).and(&one).read().ids(), ["x", "a", "y", "b", "c", "z"]);
}

#[test]
fn a_repeat_is_skipped_in_whatever_file() {
    let one = [joined("a", 10), joined("b", 20)].concat();
    let two = [joined("b", 20), joined("c", 30), joined("b", 20)].concat();
    let reading = Log::of(&one).and(&two).read();
    assert_eq!(reading.ids(), ["a", "b", "c"]);
    assert_eq!(reading.accounts.files[1].repeated, 2);
}

#[test]
fn going_back_in_time_is_an_error_unless_sorted() {
    let text = [joined("a", 10), "\n".into(), joined("b", 30), joined("c", 20), joined("d", 40)].concat();
    let reading = Log::of(&text).read();
    insta::assert_snapshot!(reading.shown(), @r"
    error: `log1` goes back in time: line 4 (1970-01-01T00:00:00.020+00:00) after line 3 (1970-01-01T00:00:00.030+00:00)
      help: sort the log by time, or say `--sort`
    events: a b
    ");
    assert_eq!(Log::of(&text).sorted().read().ids(), ["a", "c", "b", "d"]);
}

#[test]
fn sorting_is_stable_over_all_files() {
    let one = [joined("a", 20), joined("b", 10), joined("c", 20)].concat();
    let two = [joined("x", 20), joined("y", 10), joined("a", 10)].concat();
    let reading = Log::of(one).and(two).sorted().read();
    assert_eq!(reading.ids(), ["b", "y", "a", "c", "x"]);
}

#[test]
fn events_without_an_id_are_named_after_their_line() {
    let text = ["\n", &joined("", 10).replace("\"id\":\"\",", ""), &joined("b", 20)].concat();
    assert_eq!(Log::of(&text).read().ids(), ["line-2", "b"]);
    assert_eq!(
        Log::of(&text).and(joined("c", 1)).read().ids(),
        ["2:line-1", "1:line-2", "b"].map(|id| match id {
            "2:line-1" => "c",
            other => other,
        })
    );
}

#[test]
fn only_the_first_bad_lines_are_kept() {
    let reading = Log::of("oops\n".repeat(50) + "[]\n").read();
    assert_eq!(reading.accounts.bad.len(), 20);
    assert_eq!(reading.accounts.total().bad, 51);
    let counted: Vec<_> = reading.accounts.reasons.iter().map(|(reason, n)| format!("{reason} {n}")).collect();
    assert_eq!(counted, ["bad-json 50", "not-an-object 1"]);
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

fn zstd(text: &str) -> Vec<u8> {
    zstd::encode_all(text.as_bytes(), 3).unwrap()
}

/// Lines that do not pack too well.
fn many(from: u64, to: u64) -> String {
    (from..to).map(|n| joined(&format!("{:x}", n.wrapping_mul(0x9E37_79B9_7F4A_7C15)), n as i64)).collect()
}

#[test]
fn packed_logs_are_known_by_their_first_bytes() {
    for pack in [gzip, zstd] {
        let several = [pack(&many(0, 500)), pack(""), pack(&many(500, 3000))].concat();
        let reading = Log::of(several).read();
        assert_eq!((reading.events.len(), reading.error), (3000, None));
    }
}

#[test]
fn a_packed_log_that_ends_too_early_keeps_what_came_before() {
    for pack in [gzip, zstd] {
        let whole = pack(&many(0, 20_000));
        for sort in [false, true] {
            let cut = Log {
                files: vec![whole[..whole.len() * 2 / 3].to_vec()],
                options: ReadOptions { sort, ..Default::default() },
            };
            let reading = cut.read();
            let lines = reading.accounts.total().lines;
            assert_eq!(
                reading.error,
                Some(LogError::Damaged { file: "log1".into(), after_line: lines, cut_off: true })
            );
            assert!(lines > 5_000 && reading.events.len() as u64 == lines, "{lines}");
        }
    }
}

#[test]
fn a_damaged_log_keeps_what_came_before() {
    for pack in [gzip, zstd] {
        let mut damaged = pack(&many(0, 20_000));
        let middle = damaged.len() / 2;
        damaged[middle..middle + 64].fill(0xFF);
        let reading = Log::of(damaged).read();
        assert!(matches!(reading.error, Some(LogError::Damaged { .. })), "{:?}", reading.error);
    }
}

#[test]
fn files_that_cannot_be_read() {
    let open = |paths: &[&str]| LogReader::open(paths, decoder(), ReadOptions::default()).err().unwrap();
    assert_eq!(open(&["no/such.jsonl"]).to_string(), "`no/such.jsonl` cannot be opened: there is no such file");
    assert_eq!(open(&["tests"]).to_string(), "`tests` cannot be opened: it is a folder");
    assert_eq!(open(&["-", "-"]).to_string(), "standard input `-` is named twice");
    let utf16 = Log::of(b"\xFF\xFE{\0").read();
    assert_eq!(utf16.error.unwrap().to_string(), "`log1` is written in UTF-16, not in UTF-8");
}

#[test]
fn batches_hold_what_is_left_and_may_be_shared() {
    for sort in [false, true] {
        let sources =
            [0, 1].map(|i| Source::new(format!("log{i}"), Cursor::new(many(i * 5_000, (i + 1) * 5_000)))).into();
        let options = ReadOptions { threads: 2, sort, ..Default::default() };
        let mut reader = LogReader::new(sources, decoder(), options).unwrap();
        let first = OwnedEvent::from(reader.next().unwrap().unwrap());
        let mut batches = Vec::new();
        while let Some(batch) = reader.next_batch().unwrap() {
            assert!(!batch.is_empty());
            batches.push(batch);
        }
        let walk = || batches.iter().flat_map(|batch| batch.iter()).map(|event| event.at.ms()).collect::<Vec<_>>();
        let [one, two] =
            std::thread::scope(|scope| [scope.spawn(walk), scope.spawn(walk)].map(|it| it.join().unwrap()));
        assert_eq!((first.at.ms(), &one), (0, &two));
        assert_eq!(one, (1..10_000).collect::<Vec<_>>());
        assert_eq!(reader.finish().total().events, 10_000);
    }
}

#[test]
fn a_reader_may_be_left_early() {
    for threads in [1, 2] {
        let source = Source::new("log", Cursor::new(many(0, 100_000)));
        let options = ReadOptions { threads, ..Default::default() };
        let mut reader = LogReader::new(vec![source], decoder(), options).unwrap();
        assert!(reader.next().unwrap().is_some());
        let account = reader.finish().total();
        assert!(account.adds_up() && account.lines < 100_000);
    }
}

#[test]
fn progress_is_told() {
    let path = std::path::Path::new("tests/log/bad/no-at.jsonl");
    let mut reader = LogReader::open(&[path], decoder(), ReadOptions::default()).unwrap();
    let progress = reader.progress();
    assert_eq!((progress.lines(), progress.total()), (0, path.metadata().unwrap().len()));
    while reader.next().unwrap().is_some() {}
    assert_eq!((progress.lines(), progress.bytes()), (3, progress.total()));
}

/// A line, sound or with some bytes changed, left out or put in.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let sound = (0..40i64, 0..30u8, prop_oneof!["message.posted", "purchase.made", "every.type", "weather.alrt"]);
    let sound = sound.prop_map(|(at, id, kind)| {
        format!(r#"{{"id":"e{id}","at":{at},"kind":"{kind}","group":"g","member":"m","amount":1.5,"list":["a"]}}"#)
            .into_bytes()
    });
    let change = proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 0..3);
    let mutated = (sound.clone(), change).prop_map(|(mut line, changes)| {
        for (at, byte, how) in changes {
            let at = at.index(line.len());
            match how {
                0 => line[at] = byte,
                1 => line.insert(at, byte),
                _ => drop(line.remove(at)),
            }
        }
        line
    });
    prop_oneof![4 => sound, 4 => mutated, 1 => proptest::collection::vec(any::<u8>(), 0..40), 1 => Just(Vec::new())]
}

/// Lines as programs write them, in two styles: most keys in one order, some left out, some values rare or wrong.
fn written() -> impl Strategy<Value = Vec<String>> {
    let value = |often: &'static str, rare: &'static [&'static str]| prop_oneof![6 => Just(often), 1 => proptest::sample::select(rare)];
    let pairs = (
        prop_oneof![
            4 => r#""e[0-9]{1,3}""#.boxed(),
            1 => proptest::sample::select(&["null", "7", "\"\"", "\"\\u4e2d\""][..]).prop_map(String::from).boxed(),
        ],
        value(
            "\"2024-03-01T08:30:00.250+08:00\"",
            &["1709253000250", "\"2024-03-02T00:00:00Z\"", "\"2024-03-01T08:30:60Z\"", "\"soon\"", "null", "1.5e3"],
        ),
        proptest::sample::select(&["\"message.posted\"", "\"purchase.made\"", "\"every.type\"", "\"moon\"", "1"][..]),
        value("\"g1\"", &["\"群\"", "\"\"", "null", "[]", "\"g\\n\""]),
        value("\"m1\"", &["\"m2\"", "null", "{\"a\":1}", "\"\\x\""]),
        value("\"hello, 世界\"", &["\"a\\\"b\"", "3", "\"\u{1}\"", "\"\\ud83d\\ude00\""]),
        value("0", &["12", "-3", "1.50", "01", "123456789012345678901234567890", "\"1\"", "null", "1e2"]),
        value("true", &["[1,{\"a\":[]}]", "nul", "\"x\"", "0"]),
    );
    let names = ["id", "at", "kind", "group", "member", "text", "links", "extra"];
    let line = (pairs, any::<u8>(), 0..24u8, any::<bool>(), any::<bool>());
    let line =
        line.prop_map(move |((id, at, kind, group, member, text, links, extra), absent, odd, spaced, windows)| {
            let values = [id.as_str(), at, kind, group, member, text, links, extra];
            let mut pairs: Vec<_> = names.into_iter().zip(values).collect();
            match odd {
                0 => pairs.reverse(),
                1 => pairs.swap(0, 6),
                2 => pairs.insert(3, ("amount", "1.5")),
                3 => pairs.push(("links", "1")),
                4 => pairs.push(("number", "2")),
                5 => drop(pairs.remove(usize::from(absent % 8))),
                _ => {}
            }
            let (comma, colon) = if spaced { (", ", ": ") } else { (",", ":") };
            let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("\"{name}\"{colon}{value}")).collect();
            format!("{{{}}}{}", pairs.join(comma), if windows { "\r" } else { "" })
        });
    proptest::collection::vec(line, 0..60)
}

/// What lines come to when each is read alone: the events and the mistakes.
fn one_by_one(lines: &[String]) -> (Vec<OwnedEvent>, Vec<(u64, LineError)>) {
    let (mut events, mut bad, mut ids) = (Vec::new(), Vec::new(), std::collections::HashSet::new());
    for (line, number) in lines.iter().zip(1..) {
        match decoder().decode(line.trim_end_matches('\r').as_bytes()) {
            Ok(Decoded::Event(mut event)) if event.id.is_empty() => {
                event.id = format!("line-{number}").into();
                events.push((event, false));
            }
            Ok(Decoded::Event(event)) => events.push((event, true)),
            Ok(Decoded::UnknownKind(_)) => {}
            Err(error) => bad.push((number, *error)),
        }
    }
    events.sort_by_key(|(event, _)| event.at);
    events.retain(|(event, named)| !named || ids.insert(event.id.clone()));
    (events.into_iter().map(|(event, _)| event).collect(), bad)
}

proptest! {
    #[test]
    fn a_line_is_the_same_whatever_comes_before(lines in written()) {
        let mut log = Log::of(lines.join("\n")).sorted();
        log.options.keep_bad = lines.len();
        let reading = log.read();
        let bad: Vec<_> = reading.accounts.bad.iter().map(|bad| (bad.line, bad.error.clone())).collect();
        prop_assert_eq!((reading.events, bad), one_by_one(&lines));
    }

    #[test]
    fn whatever_a_log_holds_it_adds_up(
        files in proptest::collection::vec(proptest::collection::vec(line(), 0..20), 1..4),
        sort in any::<bool>(),
    ) {
        let files = files.into_iter().map(|lines| lines.join(&b'\n')).collect();
        let reading = Log { files, options: ReadOptions { sort, ..Default::default() } }.read();
        prop_assert!(reading.events.is_sorted_by_key(|event| event.at));
        prop_assert!(!sort || reading.error.is_none());
    }

    #[test]
    fn whatever_is_packed_is_read_without_a_panic(
        text in proptest::collection::vec(any::<u8>(), 0..200),
        magic in prop_oneof![Just(&b""[..]), Just(&b"\x1f\x8b\x08\0"[..]), Just(&b"\x28\xb5\x2f\xfd"[..])],
    ) {
        Log::of([magic, &text].concat()).read();
    }
}
