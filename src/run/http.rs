//! Events by HTTP: let in, taken apart, queued, and answered after their commit.

use super::body;
use super::executor::Receipt;
use super::figures::Figures;
use super::service::{Job, Lines};
use super::signature::{Gate, Shown};
use crate::time::Instant;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use serde_json::json;
use std::future::Future;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// How long a body may take to come in, and how long its head.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many connections there may be; the next waits until one is closed.
const CONNECTIONS: usize = 1024;
/// How long to rest where none can be taken, since too many files are open.
const REST: Duration = Duration::from_millis(100);

/// What requests need.
pub struct Desk {
    /// Who may hand events in.
    pub gate: Gate,
    /// To the writer.
    pub jobs: SyncSender<Job>,
    /// What is counted.
    pub figures: Arc<Figures>,
    /// The largest body, in bytes.
    pub body: usize,
    /// The clock.
    pub now: fn() -> Instant,
}

/// Answers requests until `stop`, and then those that have begun.
///
/// # Errors
/// The socket fails.
pub async fn listen(
    listener: TcpListener,
    desk: Desk,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let figures = Arc::clone(&desk.figures);
    let router = Router::new()
        .route("/events", post(events))
        .route("/healthz", get(|| async { "ok\n" }))
        // The store has been opened and replayed before the first request.
        .route("/readyz", get(|| async { "ready\n" }))
        .route("/metrics", get(metrics))
        .with_state(Arc::new(desk));
    let service = TowerToHyperService::new(router);
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    let (graceful, room) = (GracefulShutdown::new(), Arc::new(Semaphore::new(CONNECTIONS)));
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, place) = tokio::select! {
            accepted = accept(&listener, &room) => match accepted {
                Ok(accepted) => accepted,
                Err(_) => {
                    tokio::time::sleep(REST).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let connection = graceful.watch(server.serve_connection(TokioIo::new(stream), service.clone()));
        let figures = Arc::clone(&figures);
        tokio::spawn(async move {
            if connection.await.is_err_and(|error| error.is_timeout()) {
                Figures::add(&figures.slow);
            }
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
    Ok(())
}

/// The next connection, once there is room for it.
async fn accept(
    listener: &tokio::net::TcpListener,
    room: &Arc<Semaphore>,
) -> std::io::Result<(tokio::net::TcpStream, OwnedSemaphorePermit)> {
    let place = Arc::clone(room).acquire_owned().await.map_err(std::io::Error::other)?;
    Ok((listener.accept().await?.0, place))
}

async fn metrics(State(desk): State<Arc<Desk>>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], desk.figures.metrics((desk.now)())).into_response()
}

async fn events(State(desk): State<Arc<Desk>>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let body = match tokio::time::timeout(PATIENCE, to_bytes(body, desk.body)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => {
            Figures::add(&desk.figures.malformed);
            return told(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large or broke off");
        }
        Err(_) => {
            Figures::add(&desk.figures.malformed);
            return told(StatusCode::REQUEST_TIMEOUT, "the body took too long");
        }
    };
    if !desk.gate.admits(shown(&parts.headers), &body, (desk.now)()) {
        Figures::add(&desk.figures.denied);
        return told(StatusCode::UNAUTHORIZED, "neither token nor signature is right");
    }
    take(&desk, &parts.headers, &body).await
}

async fn take(desk: &Desk, headers: &HeaderMap, body: &Bytes) -> Response {
    let lines = match body::lines(text(headers, "content-type").unwrap_or_default(), body) {
        Ok(lines) if !lines.is_empty() => lines,
        Ok(_) => return malformed(desk, "there is no event"),
        Err(why) => return malformed(desk, &why),
    };
    let (sender, answer) = oneshot::channel();
    // Who asked may have gone: the events are taken all the same.
    let answer_with = Box::new(move |receipts| drop(sender.send(receipts)));
    match desk.jobs.try_send(Job::Lines(Lines { lines, mark: None, answer: answer_with })) {
        Ok(()) => {}
        Err(TrySendError::Full(_)) => {
            Figures::add(&desk.figures.overflowed);
            let answer = told(StatusCode::TOO_MANY_REQUESTS, "too many requests wait");
            return ([(header::RETRY_AFTER, "1")], answer).into_response();
        }
        Err(TrySendError::Disconnected(_)) => return told(StatusCode::SERVICE_UNAVAILABLE, "it is about to end"),
    }
    match answer.await {
        Ok(receipts) => receipt(&receipts),
        Err(_) => told(StatusCode::SERVICE_UNAVAILABLE, "the store has failed: nothing was taken"),
    }
}

fn malformed(desk: &Desk, why: &str) -> Response {
    Figures::add(&desk.figures.malformed);
    told(StatusCode::BAD_REQUEST, why)
}

fn told(status: StatusCode, why: &str) -> Response {
    answer(status, &json!({ "error": why }))
}

fn answer(status: StatusCode, value: &serde_json::Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], format!("{value}\n")).into_response()
}

/// What became of each event, in their order. What was taken is taken, whatever became of the others.
fn receipt(receipts: &[Receipt]) -> Response {
    let has = |wanted: fn(&Receipt) -> bool| receipts.iter().any(wanted);
    let status = if has(|receipt| matches!(receipt, Receipt::Conflict)) {
        StatusCode::CONFLICT
    } else if has(|receipt| matches!(receipt, Receipt::Refused(_))) {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let events: Vec<_> = receipts
        .iter()
        .map(|receipt| match receipt {
            Receipt::Taken { id, off } => {
                use super::arrival::Off;
                let off = match off {
                    Off::Not => "in time",
                    Off::Late => "late",
                    Off::Early => "early",
                };
                json!({ "status": "taken", "id": id.as_str(), "handled": off })
            }
            Receipt::Repeated => json!({ "status": "repeated" }),
            Receipt::Conflict => json!({ "status": "conflict", "why": "another event was taken under this id" }),
            Receipt::Unknown(kind) => json!({ "status": "unknown", "kind": kind.as_str() }),
            Receipt::Refused(why) => json!({ "status": "refused", "why": why }),
        })
        .collect();
    answer(status, &json!({ "events": events }))
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn shown(headers: &HeaderMap) -> Shown<'_> {
    Shown {
        authorization: text(headers, "authorization"),
        id: text(headers, "webhook-id"),
        timestamp: text(headers, "webhook-timestamp"),
        signature: text(headers, "webhook-signature"),
    }
}
