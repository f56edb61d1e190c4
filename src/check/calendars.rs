//! Calendars: tables of schedules.

use super::env::Env;
use super::errors::ItemError;
use super::lower::Lower;
use super::scopes::item_scope;
use crate::plan::{Handler, ScheduledWork};
use crate::syntax::tree::{CalendarRow, Head};

impl Lower<'_> {
    pub(crate) fn calendar(&mut self, head: &Head, rows: &[CalendarRow]) {
        let Some(scope) = item_scope(head.scope.as_ref()) else {
            return;
        };
        self.no_per_or_each(head, "noun-calendar");
        let env = Env::of(scope, "place-calendar");
        let subject = self.subject(head, scope, &env);
        let env = env.knowing(&subject.filter);
        let mut item = self.item_of(head);
        for row in rows {
            if row.do_.is_empty() {
                self.error(ItemError::NothingDone { at: row.span });
            }
            let when = self.filter(row.when.as_ref(), &env);
            let effects = self.actions(&row.do_, &env.knowing(&when), &mut item);
            let handler = Handler {
                item: item.item,
                place: self.place(row.span),
                subject: subject.clone(),
                events: Vec::new(),
                silences: Vec::new(),
                when,
                select: None,
                effects,
                otherwise: Vec::new(),
                once: None,
            };
            let handler = self.push_handler(handler);
            if let Some(schedule) = self.schedule(&row.schedule) {
                self.scheduled(schedule, item.item, ScheduledWork::Handlers(vec![handler]));
            }
        }
    }
}
