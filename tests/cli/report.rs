use crate::qun::{playbook, qun};
use std::path::Path;

const ITEMS: &str = r#"
kind  channel
class engage
message 欢迎 for member in group "Welcome, {member.name}!"
message topic for group "What are you drawing this week?"

flow onboarding for member in group {
  start on member.joined
  stop  on member.left
  at once  do post 欢迎
  after 1d when never(message.posted) do task "Talk to {member.name}" for admin due 2d
}
rule 刷屏 for member in group {
  on message.posted
  when count(message.posted, last 60s) >= 4
  do strike conduct because "刷屏"
  once per 10m
}
rule torrent for member in group {
  on message.posted
  when event.links > 0 and count(message.posted, last 60s) >= 50
  do strike conduct 2
}
rule applause for member in group {
  on reaction.added
  when count(reaction.added, last 1d) > count(message.posted, last 1d) + 100
  do dm 欢迎
}
rule shop for member { on purchase.made do dm "Thank you" }
ladder conduct for member in group {
  strikes last 30d
  at 1 do warn "{reason}"
  at 2 do mute 7d
  at 3 do remove
}
ladder courtesy for member in group { at 2 do mute 1d }
calendar weekly for group { every monday at 09:00 do post topic as engage }
limit calm for group { on post at most 3 per week else skip }
limit night for community { on post, dm not between 22:00 and 08:00 else defer }
metric active for group every day at 00:00 = distinct(message.posted.member, yesterday)
metric talk for group every monday at 00:00 = avg(message.posted.length, last week)
"#;

fn simulate(arguments: &str) -> String {
    let log = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/slack-houston.jsonl.gz");
    let run = qun(&format!("simulate club.sop --log log.jsonl.gz {arguments}"));
    let run = run.file("club.sop", playbook(ITEMS)).file("log.jsonl.gz", std::fs::read(log).unwrap());
    run.ends_with(0).out.clone()
}

#[test]
fn a_year_of_a_meetup_for_people() {
    insta::assert_snapshot!(simulate(""));
}

#[test]
fn a_year_of_a_meetup_with_everything_let_through() {
    insta::assert_snapshot!(simulate("--after-removal keep"));
}

#[test]
fn a_month_of_a_meetup_for_programs() {
    insta::assert_snapshot!(simulate("--format json --from 2015-08-01 --to 2015-09-01"));
}
