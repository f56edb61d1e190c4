//! Tasks for people, and what staff decide.

use super::act::arg;
use super::run::Run;
use super::value::Value;
use super::world::{Decision, Event, Origin, Pending, Task};
use qun::syntax::tree::{ActionKind, Due};
use std::rc::Rc;

impl<'b> Run<'b> {
    /// What staff decide is heard after the rules.
    pub fn hear_staff(&mut self, event: &Rc<Event>) {
        match event.kind.as_str() {
            "task.done" => self.task_done(event),
            "approval.decided" => {
                let action = event.field("action").words().unwrap_or_default().to_owned();
                self.hear_approval(&action, event.field("approved").is_true());
            }
            "appeal.filed" => self.hear_appeal(event),
            "appeal.decided" => self.hear_verdict(event),
            _ => {}
        }
    }

    /// A task that an action gives.
    pub fn give(&mut self, pending: &Pending<'b>) {
        let text = |name: &str| arg(pending, name).words().map(str::to_owned);
        let task = Task {
            id: pending.id.clone(),
            act: Some(pending.act),
            name: text("name"),
            title: text("title").unwrap(),
            role: text("role").unwrap(),
            given: self.world.now,
            due: arg(pending, "due").time().unwrap(),
            item: pending.act.item,
            source: self.book.place(pending.act.action.span),
            keys: pending.ready.keys.clone(),
            per: pending.ready.per.clone(),
            scene: pending.ready.scene.clone(),
            origin: pending.origin.clone(),
            run: pending.run,
            sequence: 0,
            is_overdue: false,
        };
        self.open(task);
    }

    /// A task is open from now on, and told.
    pub fn open(&mut self, mut task: Task<'b>) {
        task.sequence = self.world.next_sequence();
        let told = self.told_of("task.created", &task);
        self.world.tasks.push(task);
        self.emit(told);
    }

    fn told_of(&self, kind: &str, task: &Task<'b>) -> Event {
        let name = task.name.clone().map_or(Value::Unknown, Value::Name);
        let fields = vec![
            ("task", Value::Text(task.id.clone())),
            ("name", name),
            ("title", Value::Text(task.title.clone())),
            ("role", Value::Name(task.role.clone())),
            ("due", Value::Time(task.due)),
            ("item", Value::Name(self.book.item_name(task.item).to_owned())),
        ];
        self.internal(kind, &task.keys, task.id.clone(), &task.origin, fields)
    }

    pub fn record_task(&mut self, task: &Task<'b>, status: &'static str, reason: Option<&str>) {
        let mut args = vec![
            ("title".to_owned(), Value::Text(task.title.clone())),
            ("role".to_owned(), Value::Name(task.role.clone())),
            ("due".to_owned(), Value::Time(task.due)),
        ];
        args.extend(task.name.clone().map(|name| ("name".to_owned(), Value::Name(name))));
        let decision = Decision {
            at: self.world.now,
            id: task.id.clone(),
            action: "task".to_owned(),
            keys: task.keys.clone(),
            args,
            status,
            reason: reason.map(str::to_owned),
            item: self.book.item_name(task.item).to_owned(),
            source: task.source.clone(),
            cause: Rc::clone(&task.origin.cause),
        };
        self.record(&decision);
    }

    /// A task was not done in time: it stays open, and what stands after `otherwise` is done.
    pub fn task_due(&mut self, sequence: u64) {
        let task = self.world.tasks.iter_mut().find(|task| task.sequence == sequence).unwrap();
        task.is_overdue = true;
        let task = task.clone();
        let told = self.told_of("task.overdue", &task);
        let depth = if task.given == self.world.now { task.origin.depth } else { 0 };
        self.emit(Event { depth: depth + 1, ..told });
        let Some(act) = task.act else { return };
        let origin = Origin { depth, ..task.origin.then(&task.id) };
        self.firing += 1;
        let scene = self.scene_of(task.scene.clone());
        let ready: Vec<_> = act.otherwise.iter().flat_map(|act| self.ready(act, &scene, &task.per)).collect();
        self.act(ready, &origin, task.run, None, self.firing);
    }

    /// `task.done`: by the id of its decision, or by its name an open one of the event's group, about its member first.
    fn task_done(&mut self, event: &Rc<Event>) {
        let (id, name) = (event.field("task"), event.field("name"));
        let group = |task: &&Task<'b>| event.keys.group.is_none() || task.keys.group == event.keys.group;
        let named = || {
            let mine: Vec<&Task<'b>> =
                self.world.tasks.iter().filter(|task| task.name.as_deref() == name.words()).filter(group).collect();
            let about = mine.iter().find(|task| event.keys.member.is_some() && task.keys.member == event.keys.member);
            about.or(mine.first()).map(|task| task.sequence)
        };
        let found = match (id.words(), name.words()) {
            (Some(id), _) => self.world.tasks.iter().find(|task| task.id == id).map(|task| task.sequence),
            (None, Some(_)) => named(),
            _ => None,
        };
        let Some(sequence) = found else { return };
        let position = self.world.tasks.iter().position(|task| task.sequence == sequence).unwrap();
        let task = self.world.tasks.remove(position);
        if let (Some(run), Some(name)) = (task.run, task.name) {
            self.done_in_run(run, name);
        }
    }

    /// The tasks of a run move with its anchor and see its event.
    pub fn move_tasks(&mut self, run: u64, event: &Rc<Event>, anchor: i64) {
        let mut tasks = std::mem::take(&mut self.world.tasks);
        for task in tasks.iter_mut().filter(|task| task.run == Some(run)) {
            task.scene.event = Some(Rc::clone(event));
            task.scene.anchor = Some(anchor);
            let Some(act) = task.act else { continue };
            let ActionKind::Task(written) = &act.action.kind else { continue };
            if !matches!(written.due, Due::After(_))
                && let Value::Time(due) = self.due(&written.due, &self.scene_of(task.scene.clone()))
                && (!task.is_overdue || due > self.world.now)
            {
                task.due = due;
                task.is_overdue = false;
            }
        }
        self.world.tasks = tasks;
    }
}
