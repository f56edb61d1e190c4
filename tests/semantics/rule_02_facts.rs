//! Rule 2, facts first: an event is part of the past before conditions are tested; windows are exact.

use crate::world::World;

const FLOOD: &str = r#"
rule flood for member in group {
  on message.posted
  when count(message.posted, last 10s) >= 5
  do tag loud
}
tag loud
"#;

#[test]
fn the_fifth_message_sees_five() {
    let run = World::new(FLOOD).log(
        "03-04 08:00:00 message.posted g m
         03-04 08:00:01 message.posted g m
         03-04 08:00:02 message.posted g m
         03-04 08:00:03 message.posted g m
         03-04 08:00:04 message.posted g m",
    );
    assert_eq!(run.run().brief(), ["03-04 08:00:04 g m flood tag done"]);
}
