//! Many requests at once to a server on this machine that thinks for a while before each answer.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{Bench, row, title};
use crate::analysis::process::Cost;

const REQUESTS: usize = 1_000;

/// How long the server takes for an answer.
const THINKS: Duration = Duration::from_millis(100);

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok";

fn program(address: &str, requests: usize) -> String {
    format!(
        "import http\n\ndef fetch(n):\n    return http.get(f\"{address}/{{n}}\").text\n\n\
         print(len([fetch(n) for n in range({requests})]))\n"
    )
}

fn twin(address: &str, requests: usize) -> String {
    // Without a limit on connections, as ours: the default of aiohttp is 100.
    format!(
        "import asyncio, aiohttp\n\nasync def fetch(session, n):\n    \
         async with session.get(f\"{address}/{{n}}\") as answer:\n        return await answer.text()\n\n\
         async def main():\n    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:\n        \
         print(len(await asyncio.gather(*[fetch(session, n) for n in range({requests})])))\n\nasyncio.run(main())\n"
    )
}

pub fn run(bench: &Bench<'_>) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|e| format!("cannot start the server: {e}"))?;
    let listener = runtime.block_on(listen()).map_err(|e| format!("cannot listen: {e}"))?;
    let address = listener.local_addr().map_err(|e| format!("cannot listen: {e}"))?;
    let address = format!("http://{address}");
    runtime.spawn(serve(listener));

    let grant = ["--allow", "net=127.0.0.1"];
    let none = bench.ours("requests-none", &program(&address, 0), &grant)?;
    let all = bench.ours("requests", &program(&address, REQUESTS), &grant)?;
    let their_none = bench.theirs("requests-none", &twin(&address, 0))?;
    let their_all = bench.theirs("requests", &twin(&address, REQUESTS))?;
    let thinks = THINKS.as_secs_f64();
    let beyond = |all: Cost, none: Cost| (all.wall - none.wall - thinks) * 1e3;
    let each = |all: Cost, none: Cost| (all.cpu - none.cpu) / REQUESTS as f64 * 1e6;
    title(&format!("{REQUESTS} requests, answers after {thinks} s"));
    row("whole process, ms", all.wall * 1e3, their_all.wall * 1e3);
    row("beyond the wait and the start, ms", beyond(all, none), beyond(their_all, their_none));
    row("processor time of a request, µs", each(all, none), each(their_all, their_none));
    row("memory of all requests, MB", all.peak - none.peak, their_all.peak - their_none.peak);
    Ok(())
}

async fn listen() -> std::io::Result<TcpListener> {
    let socket = tokio::net::TcpSocket::new_v4()?;
    socket.bind(([127, 0, 0, 1], 0).into())?;
    socket.listen(4096)
}

async fn serve(listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(answer(stream));
    }
}

/// Answers one request after the other until the client leaves.
async fn answer(mut stream: TcpStream) {
    let mut request = Vec::new();
    let mut part = [0; 4096];
    loop {
        while !request.windows(4).any(|it| it == b"\r\n\r\n") {
            match stream.read(&mut part).await {
                Ok(0) | Err(_) => return,
                Ok(length) => request.extend_from_slice(&part[..length]),
            }
        }
        request.clear();
        tokio::time::sleep(THINKS).await;
        if stream.write_all(ANSWER).await.is_err() {
            return;
        }
    }
}
