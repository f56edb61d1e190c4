//! Mail by SMTP: tasks for people. The id of the decision is in the id of the message.

use super::{Connector, Deed, Delivery, Given, Reply, Unbuilt};
use crate::time::Duration;
use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Mailboxes};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use secrecy::{ExposeSecret, SecretString};
use std::time::{Duration as Span, SystemTime};

/// How long the server may take for each answer.
const PATIENCE: Span = Span::from_secs(10);
/// How long to rest where the server does not let us in.
const REFUSED: Duration = Duration::from_ms(10 * 60 * 1000);

/// How the connection is kept safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Security {
    /// From the beginning.
    Tls,
    /// After a first greeting.
    StartTls,
    /// Not at all.
    None,
}

/// A mail server.
pub(super) struct Mail {
    server: String,
    security: Security,
    login: Option<(String, SecretString)>,
    from: Mailbox,
}

impl Mail {
    pub(super) fn new(given: &Given) -> Result<Mail, Unbuilt> {
        let from = given.text("from").and_then(|from| from.parse().ok());
        let security = match given.text("security") {
            None | Some("tls") => Security::Tls,
            Some("starttls") => Security::StartTls,
            Some(_) => Security::None,
        };
        let login = match (given.text("user"), given.optional("password")) {
            (Some(user), Some(password)) => Some((user.to_owned(), password)),
            (None, None) => None,
            _ => return Err(Unbuilt { key: "user", wanted: "`password` beside it, and the other way round" }),
        };
        // A password is not sent where everybody can read it.
        if security == Security::None && login.is_some() {
            return Err(Unbuilt { key: "security", wanted: "`tls` or `starttls` where there is a password" });
        }
        Ok(Mail {
            server: given.text("server").unwrap_or_default().to_owned(),
            security,
            login,
            from: from.ok_or(Unbuilt { key: "from", wanted: "an address, such as `Qun <qun@example.org>`" })?,
        })
    }

    /// A connection that is ready for a message: nothing has been said of it yet.
    fn open(&self) -> Result<SmtpConnection, Error> {
        let hello = ClientId::default();
        let host = self.server.rsplit_once(':').map_or(self.server.as_str(), |(host, _)| host);
        let tls = match self.security {
            Security::None => None,
            _ => Some(TlsParameters::new(host.to_owned())?),
        };
        let at_once = tls.as_ref().filter(|_| self.security == Security::Tls);
        let mut line = SmtpConnection::connect(self.server.as_str(), Some(PATIENCE), &hello, at_once, None)?;
        if let Some(tls) = tls.as_ref().filter(|_| self.security == Security::StartTls) {
            line.starttls(tls, &hello)?;
        }
        if let Some((user, password)) = &self.login {
            let login = Credentials::new(user.clone(), password.expose_secret().to_owned());
            line.auth(&[Mechanism::Plain, Mechanism::Login], &login)?;
        }
        Ok(line)
    }

    fn message(&self, delivery: &Delivery<'_>, title: &str, text: &str) -> Option<Message> {
        let to: Mailboxes = delivery.destination.parse().ok()?;
        let at = SystemTime::UNIX_EPOCH + Span::from_millis(u64::try_from(delivery.now.ms()).ok()?);
        let id = format!("<{}@{}>", delivery.id, self.from.email.domain());
        let message = to.into_iter().fold(Message::builder(), lettre::message::MessageBuilder::to);
        let message = message.from(self.from.clone()).subject(title).message_id(Some(id)).date(at);
        message.header(ContentType::TEXT_PLAIN).body(text.to_owned()).ok()
    }
}

/// What a refusal says: by its code alone, since servers repeat addresses and more.
fn code(error: &Error) -> Option<String> {
    error.status().map(|code| format!("the server answered {code}"))
}

impl Connector for Mail {
    fn deliver(&mut self, delivery: &Delivery<'_>) -> Reply {
        let Deed::Task { title, role, due } = &delivery.deed else { return Reply::permanent("mail is for tasks") };
        let about = [("for", role.as_str()), ("due", due), ("group", &delivery.group), ("member", &delivery.member)];
        let about = about.into_iter().filter(|(_, what)| !what.is_empty());
        let about: String = about.map(|(name, what)| format!("{name}: {what}\n")).collect();
        // A subject is one line.
        let subject = title.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = format!("{title}\n\n{about}decision: {}\n", delivery.id);
        let Some(message) = self.message(delivery, &subject, &text) else {
            return Reply::permanent("the destination is no address of mail");
        };
        let mut line = match self.open() {
            Ok(line) => line,
            Err(error) if error.is_permanent() => {
                return Reply::retry(code(&error).unwrap_or_default()).after_all(REFUSED);
            }
            Err(error) => {
                return Reply::retry(code(&error).unwrap_or_else(|| "no connection to the server".to_owned()));
            }
        };
        let sent = line.send(message.envelope(), &message.formatted());
        line.abort();
        match sent {
            Ok(_) => Reply::done(),
            Err(error) => match code(&error) {
                Some(why) if error.is_permanent() => Reply::permanent(why),
                Some(why) => Reply::retry(why),
                None => Reply::uncertain(if error.is_timeout() { "timed out" } else { "the connection failed" }),
            },
        }
    }
}
