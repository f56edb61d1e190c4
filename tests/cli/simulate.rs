use crate::qun::{Qun, event, messages, playbook, qun};
use flate2::Compression;
use flate2::write::GzEncoder;
use jsonschema::draft202012;
use serde_json::Value;
use std::io::Write;
use std::process::{Command, Stdio};

/// Strikes at five messages in ten minutes; the third strike removes.
const FLOOD: &str = r#"
rule flood for member in group { on message.posted when count(message.posted, last 10m) >= 5 do strike conduct once per 5m }
ladder conduct for member in group { strikes last 30d  at 1 do warn "{reason}"  at 2 do mute 1h  at 3 do remove }
metric busy for group every 2h = count(message.posted, last 2h)
rule morning for group { every day at 09:00 do task "look" for owner due 1d }
"#;

fn simulate(arguments: &str) -> Qun {
    qun(&format!("simulate club.sop {arguments}")).file("club.sop", playbook(FLOOD))
}

fn log() -> String {
    event(0, "member.joined", "g1", "m1") + &messages(1, 40, "m1")
}

fn decisions(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn schema() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&qun("schema decisions").ends_with(0).out).unwrap();
    draft202012::new(&schema).unwrap()
}

#[test]
fn decisions_come_one_a_line() {
    let ran = simulate("--log log.jsonl --format jsonl").file("log.jsonl", log()).ends_with(0);
    let schema = schema();
    let decisions = decisions(&ran.out);
    decisions.iter().for_each(|decision| assert!(schema.is_valid(decision), "{decision}"));
    let actions: Vec<&str> = decisions.iter().map(|d| d["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["strike", "warn", "strike", "mute", "strike", "remove"]);
    insta::assert_snapshot!(ran.out.lines().take(2).collect::<Vec<_>>().join("\n"));
}

#[test]
fn another_version_takes_over_at_a_time() {
    let gentle = playbook(&FLOOD.replace("at 2 do mute 1h  at 3 do remove", "at 2 do warn \"again\""));
    let with = |arguments: &str| {
        simulate(arguments).file("log.jsonl", log()).file("gentle/club.sop", &gentle).file("broken.sop", "rule")
    };
    let actions = |out: &str| -> Vec<String> {
        decisions(out).iter().map(|it| it["action"].as_str().unwrap().to_owned()).collect()
    };
    let whole = with("--log log.jsonl --format jsonl").ends_with(0).out.clone();
    let second = decisions(&whole)[2]["at"].as_str().unwrap().to_owned();
    let ran = with(&format!("--log log.jsonl --format jsonl --reload {second}=gentle")).ends_with(0);
    let acted = actions(&ran.out);
    assert_eq!(acted[..4], ["strike", "warn", "strike", "warn"]);
    assert!(!acted.contains(&"mute".to_owned()) && !acted.contains(&"remove".to_owned()), "{acted:?}");
    assert_eq!(ran.out.lines().take(2).collect::<Vec<_>>(), whole.lines().take(2).collect::<Vec<_>>());
    // Where nothing changes, nothing changes; a time after the end changes nothing either.
    for same in [format!("{second}=club.sop"), "2030-01-01=gentle".to_owned()] {
        let ran = with(&format!("--log log.jsonl --format jsonl --to 2025-01-01 --reload {same}")).ends_with(0);
        assert_eq!(ran.out, with("--log log.jsonl --format jsonl --to 2025-01-01").ends_with(0).out, "{same}");
    }
    for (wrong, code) in [
        ("--log log.jsonl --reload 2024-03-02=gentle", 2),
        ("--log log.jsonl --format jsonl --reload gentle", 2),
        ("--log log.jsonl --format jsonl --reload never=gentle", 2),
        ("--log log.jsonl --format jsonl --reload 2024-03-02=gentle --reload 2024-03-01=gentle", 2),
        ("--log - --format jsonl --reload 2024-03-02=gentle", 2),
        ("--log log.jsonl --format jsonl --reload 2024-03-02=broken.sop", 1),
    ] {
        with(wrong).ends_with(code);
    }
}

#[test]
fn the_same_bytes_however_the_log_comes() {
    let plain = log();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(plain.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    let zstd = zstd::encode_all(plain.as_bytes(), 1).unwrap();
    let expected = simulate("--log log.jsonl --format jsonl").file("log.jsonl", &plain).ends_with(0).out.clone();
    assert!(!expected.is_empty());
    let runs = [
        simulate("--log log.jsonl --format jsonl").file("log.jsonl", &plain),
        simulate("--log log.jsonl --format jsonl --threads 1").file("log.jsonl", &plain),
        simulate("--log log.jsonl --format jsonl --threads 2").file("log.jsonl", &plain),
        simulate("--log log.gz --format jsonl").file("log.gz", gzip),
        simulate("--log log.zst --format jsonl").file("log.zst", zstd),
        simulate("--log - --format jsonl").input(plain),
    ];
    for run in runs {
        assert_eq!(run.ends_with(0).out, expected);
    }
}

#[test]
fn the_report_has_the_same_bytes_on_one_and_two_threads() {
    for format in ["human", "json"] {
        let one = simulate(&format!("--log l --threads 1 --format {format}")).file("l", log()).ends_with(0);
        let two = simulate(&format!("--log l --threads 2 --format {format}")).file("l", log()).ends_with(0);
        assert_eq!(one.out, two.out);
    }
}

#[test]
fn logs_are_merged() {
    let (early, late) = (event(0, "member.joined", "g1", "m1"), messages(1, 40, "m1"));
    let ran = simulate("--log late --log early --format jsonl").file("early", early).file("late", late).ends_with(0);
    assert_eq!(decisions(&ran.out).len(), 6);
}

#[test]
fn what_a_removed_member_does_is_left_out_or_kept() {
    let text = simulate("--log l").file("l", log()).ends_with(0).out.clone();
    assert!(text.contains("25 events came from members whom the playbook had put out"), "{text}");
    let kept = simulate("--log l --after-removal keep --format json").file("l", log()).ends_with(0);
    let report: Value = serde_json::from_str(&kept.out).unwrap();
    assert_eq!(report["unhappened"]["kept"], 25);
    assert!(report["certainty"]["unknowable"].as_u64().unwrap() > 0, "{report}");
}

#[test]
fn only_what_is_asked_for_is_written() {
    let count = |only: &str| {
        let ran =
            simulate(&format!("--log l --after-removal keep --format jsonl {only}")).file("l", log()).ends_with(0);
        decisions(&ran.out).len()
    };
    let (all, certain, rest) = (count(""), count("--only certain"), count("--only depends,unknowable"));
    assert!(certain > 0 && rest > 0 && certain + rest == all, "{certain} and {rest} of {all}");
    let refused = simulate("--log l --only certain").file("l", log()).ends_with(2);
    assert!(refused.err.contains("a report gives the share of each"), "{}", refused.err);
}

#[test]
fn the_clock_starts_and_stops_when_told() {
    // The log begins at 08:00; nothing happens after 08:40, but the clock goes on to the next days.
    let at = |arguments: &str| {
        let ran = simulate(&format!("--log l --format jsonl {arguments}")).file("l", log()).ends_with(0);
        let all = decisions(&ran.out);
        all.iter().filter(|d| d["item"] == "morning").map(|d| d["at"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(at(""), Vec::<String>::new());
    assert_eq!(at("--to 2024-03-01T09:00"), ["2024-03-01T09:00:00+08:00"]);
    assert_eq!(at("--to 2024-03-03"), ["2024-03-01T09:00:00+08:00", "2024-03-02T09:00:00+08:00"]);
    assert_eq!(at("--to 2024-03-01T01:00:00Z"), ["2024-03-01T09:00:00+08:00"]);
    let from = simulate("--log l --format json --from 2024-03-01T08:30").file("l", log()).ends_with(0);
    let report: Value = serde_json::from_str(&from.out).unwrap();
    assert_eq!(report["read"]["files"][0]["outside"], 30);
}

#[test]
fn impossible_times_are_wrong_usage() {
    let ran = simulate("--log l --from yesterday").file("l", log()).ends_with(2);
    assert!(ran.err.contains("`--from yesterday` is not a time"), "{}", ran.err);
    let ran = simulate("--log l --from 2024-03-02 --to 2024-03-01").file("l", log()).ends_with(2);
    assert!(ran.err.contains("later"), "{}", ran.err);
}

#[test]
fn bad_lines_are_told_and_change_nothing_else() {
    let bad = format!("{}{{\"at\":1}}\nno json\n{}", event(0, "member.joined", "g1", "m1"), messages(1, 40, "m1"));
    let ran = simulate("--log l --format jsonl").file("l", bad.clone()).ends_with(1);
    assert_eq!(decisions(&ran.out).len(), 6);
    assert!(ran.err.contains("l:2: ") && ran.err.contains("l:3: "), "{}", ran.err);
    let ran = simulate("--log l").file("l", bad).ends_with(1);
    assert!(ran.out.contains("2 bad lines"), "{}", ran.out);
}

#[test]
fn unknown_kinds_are_a_warning_or_an_error() {
    let log = log() + &event(50, "coupon.redeemed", "g1", "m1");
    let ran = simulate("--log l").file("l", log.clone()).ends_with(0);
    assert!(ran.out.contains("coupon.redeemed 1"), "{}", ran.out);
    simulate("--log l --unknown error").file("l", log).ends_with(1);
}

#[test]
fn a_log_that_goes_back_in_time_is_refused_unless_sorted() {
    let log = messages(10, 2, "m1") + &messages(1, 2, "m1");
    let ran = simulate("--log l --out report.txt").file("l", log.clone()).ends_with(1);
    assert!(ran.err.contains("goes back in time: line 3") && ran.err.contains("--sort"), "{}", ran.err);
    assert_eq!(ran.files(), ["club.sop", "l"], "nothing half-written stays");
    simulate("--log l --sort").file("l", log).ends_with(0);
}

#[test]
fn files_that_cannot_be_opened_are_said_alike() {
    let said = |run: Qun, what: &str| {
        let ran = run.ends_with(2);
        assert_eq!(ran.err, format!("error: `{what}` cannot be opened: there is no such file\n"));
    };
    said(simulate("--log nowhere"), "nowhere");
    said(simulate("--log l --directory nowhere").file("l", log()), "nowhere");
    said(simulate("--log l --out no/such/folder").file("l", log()), "no/such/folder");
    said(qun("simulate nowhere --log l").file("l", log()), "nowhere");
    said(qun("check nowhere"), "nowhere");
    simulate("--log - --log -").ends_with(2);
}

#[test]
fn a_log_without_its_option_is_told_where_it_belongs() {
    let ran = simulate("l").file("l", log()).ends_with(2);
    assert!(ran.err.contains("logs are given with `--log`"), "{}", ran.err);
}

#[test]
fn a_bad_time_is_told_with_a_right_one() {
    for at in ["\"yesterday\"", "true"] {
        let line = format!("{{\"at\":{at},\"kind\":\"member.joined\",\"group\":\"g1\",\"member\":\"m1\"}}\n");
        let ran = simulate("--log l").file("l", line).ends_with(1);
        assert!(ran.out.contains("2024-03-01T08:30:00+08:00"), "{}", ran.out);
    }
}

#[test]
fn mistakes_in_playbook_or_directory_are_shown() {
    let bad = playbook("rule x for member in group { on member.joind do task \"t\" for owner due 1d }");
    let ran = qun("simulate bad.sop --log l").file("bad.sop", bad).file("l", log()).ends_with(1);
    assert!(ran.err.contains("member.joind"), "{}", ran.err);
    let directory = "groups:\n  g1:\n    knid: x\n";
    let ran = simulate("--log l --directory d.yaml").file("l", log()).file("d.yaml", directory).ends_with(1);
    assert!(ran.err.contains("d.yaml") && ran.err.contains("knid"), "{}", ran.err);
}

#[test]
fn a_directory_names_who_is_there() {
    let directory = "groups: { g1: { name: Tea, owner: m9 } }\nmembers: { m9: { name: Mei, groups: { g1: {} } } }\n";
    let ran =
        simulate("--log l --directory d.yaml --format json").file("l", log()).file("d.yaml", directory).ends_with(0);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["read"]["members"], 2);
}

#[test]
fn files_are_written_whole() {
    let ran = simulate("--log l --format csv --out d.csv --metrics m.csv").file("l", log()).ends_with(0);
    assert_eq!(ran.out, "");
    assert_eq!(ran.files(), ["club.sop", "d.csv", "l", "m.csv"]);
    let text = ran.read("d.csv");
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).collect();
    assert_eq!((rows.len(), &rows[0][2]), (6, "strike"));
    assert_eq!(serde_json::from_str::<Value>(&rows[0][5]).unwrap()["ladder"], "conduct");
}

#[test]
fn samples_are_written_as_table_and_as_lines() {
    let ran = simulate("--log l --to 2024-03-01T12:00 --metrics m.csv").file("l", log()).ends_with(0);
    // The member is removed at the fifteenth message.
    let table = "at,metric,group,value\n2024-03-01T10:00:00+08:00,busy,g1,15\n2024-03-01T12:00:00+08:00,busy,g1,0\n";
    assert_eq!(ran.read("m.csv"), table);
    let ran = simulate("--log l --to 2024-03-01T12:00 --metrics m.jsonl").file("l", log()).ends_with(0);
    let lines = decisions(&ran.read("m.jsonl"));
    assert_eq!((lines.len(), &lines[1]["metric"], &lines[1]["value"]), (2, &"busy".into(), &0.into()));
}

#[test]
fn a_cut_cascade_is_an_error_of_the_run() {
    let endless = "event again.said for member in group { }\n\
        rule echo for member in group { on message.posted, again.said do emit again.said { } }";
    let run = |format: &str| {
        qun(&format!("simulate e.sop --log l --format {format}"))
            .file("e.sop", playbook(endless))
            .file("l", messages(0, 1, "m1"))
            .ends_with(1)
    };
    assert!(run("human").out.contains("Errors of the run"));
    assert!(run("jsonl").err.contains("was cut before `again.said`"));
}

#[test]
fn the_report_counts_what_the_lines_say() {
    let lines = simulate("--log l --format jsonl --after-removal keep").file("l", log()).ends_with(0);
    let report = simulate("--log l --format json --after-removal keep").file("l", log()).ends_with(0);
    let report: Value = serde_json::from_str(&report.out).unwrap();
    for (status, count) in report["statuses"].as_object().unwrap() {
        let recorded = decisions(&lines.out).iter().filter(|d| d["status"] == status.as_str()).count();
        assert_eq!(count, recorded, "{status}");
    }
    let items = report["items"].as_array().unwrap();
    let sum: u64 = items.iter().map(|item| item["decisions"].as_u64().unwrap()).sum();
    assert_eq!(report["decisions"], sum);
}

#[test]
fn a_log_without_events_is_said_first() {
    let empty = simulate("--log l").file("l", "\n\n").ends_with(0);
    assert!(empty.out.starts_with("The log holds no events.\n"), "{}", empty.out);
    assert!(empty.out.contains("2       0  2 (2 blank)") && empty.out.contains("2 blank lines"), "{}", empty.out);
    assert!(!empty.out.contains("Metrics"), "{}", empty.out);
    let outside = simulate("--log l --from 2025-01-01").file("l", log()).ends_with(0);
    let first = "No event lies between `--from` and `--to`; the log runs from 2024-03-01 08:00 to 2024-03-01 08:40.\n";
    assert!(outside.out.starts_with(first), "{}", outside.out);
    let strange = simulate("--log l").file("l", event(0, "coupon.redeemed", "g1", "m1")).ends_with(0);
    assert!(strange.out.starts_with("The log holds no events that the playbook knows.\n"), "{}", strange.out);
}

#[test]
fn kinds_that_were_left_out_are_in_the_log() {
    let log = log() + &event(60, "member.left", "g1", "m2");
    let ran = simulate("--log l --from 2024-03-01T08:50").file("l", log).ends_with(0);
    let said = "there is no `message.posted` between `--from` and `--to`; \
        the log runs from 2024-03-01 08:00 to 2024-03-01 09:00";
    assert!(ran.out.contains(said), "{}", ran.out);
}

#[test]
fn the_opposite_of_a_kind_is_not_meant() {
    let log = log() + &event(50, "member.unmuted", "g1", "m1");
    let ran = simulate("--log l").file("l", log).ends_with(0);
    assert!(ran.out.contains("member.unmuted 1\n"), "{}", ran.out);
    assert!(ran.out.contains("event NAME for member in group"), "{}", ran.out);
}

#[test]
fn a_log_that_would_have_gone_no_other_way_is_said_plainly() {
    let quiet = simulate("--log l").file("l", messages(0, 5, "m1")).ends_with(0);
    assert!(quiet.out.contains("Nobody was put out or muted"), "{}", quiet.out);
    let idle = simulate("--log l").file("l", messages(0, 1, "m1")).ends_with(0);
    assert!(!idle.out.contains("What would not have happened"), "{}", idle.out);
    let removed = simulate("--log l").file("l", log()).ends_with(0);
    assert!(removed.out.contains("a later `member.joined` lets in again"), "{}", removed.out);
}

#[test]
fn output_that_nobody_reads_ends_quietly() {
    let ran = simulate("--log l --out d").file("l", log()).ends_with(0);
    for arguments in ["check club.sop", "simulate club.sop --log l", "simulate club.sop --log l --format csv"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qun"));
        command.env("LC_ALL", "C");
        command.args(arguments.split(' ')).current_dir(&ran.folder).stderr(Stdio::piped());
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ended = command.stdout(writer).output().unwrap();
        let err = String::from_utf8(ended.stderr).unwrap();
        assert_eq!((ended.status.code(), err.as_str()), (Some(0), ""), "{arguments}");
    }
}

#[test]
fn roles_that_are_not_declared_are_counted() {
    let granted =
        |role: &str| event(50, "role.granted", "g1", "m1").replacen('}', &format!(",\"role\":\"{role}\"}}"), 1);
    let ran = simulate("--log l").file("l", log() + &granted("host") + &granted("owner")).ends_with(0);
    assert!(ran.out.contains("1 role event about a role that the playbook does not declare"), "{}", ran.out);
}

#[test]
fn a_profile_names_what_took_time_and_changes_nothing_else() {
    for format in ["human", "jsonl"] {
        let arguments = format!("--log log.jsonl --format {format}");
        let plain = simulate(&arguments).file("log.jsonl", log()).ends_with(0);
        let profiled = simulate(&format!("{arguments} --profile")).file("log.jsonl", log()).ends_with(0);
        assert_eq!(profiled.out, plain.out);
        let line = |what: &str| {
            let line = profiled.err.lines().find(|line| line.trim_start().starts_with(what));
            line.unwrap_or_else(|| panic!("no {what}: {}", profiled.err)).to_owned()
        };
        assert!(line("past of message.posted by group, member").ends_with("rule flood"));
        // Forty messages, and the times that it acted.
        assert!(line("rule flood").contains(" s "));
        line("who is where");
        line("ladder conduct");
        line("metric busy");
    }
}
