"""Asks at a steady rate, each request when it is due, and tells how long the answers took from then: a request that
waits behind a slow one is as late as whoever waits for it.

    steady.py HOST:PORT PATH TOKEN FILE RATE SECONDS
"""
import asyncio, sys, time

host, port = sys.argv[1].split(":")
path, token, file, rate, seconds = sys.argv[2], sys.argv[3], sys.argv[4], float(sys.argv[5]), float(sys.argv[6])
bodies = [line.rstrip("\n").split(" ", 1) for line in open(file, encoding="utf-8")]
late, statuses = [], {}
run = str(time.time_ns())
kind = "application/x-www-form-urlencoded" if path.endswith("/_search") else "application/json"


async def answer(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line[15:])
    await reader.readexactly(length)
    return status


async def asker(queue):
    reader, writer = await asyncio.open_connection(host, int(port))
    while True:
        due, institution, body = await queue.get()
        writer.write(
            (
                f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
                f"Huren-Institution: {institution}\r\nContent-Type: {kind}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            ).encode() + body)
        status = await answer(reader)
        late.append(time.perf_counter() - due)
        statuses[status] = statuses.get(status, 0) + 1
        queue.task_done()


async def main():
    queue = asyncio.Queue()
    askers = [asyncio.create_task(asker(queue)) for _ in range(64)]
    start = time.perf_counter() + 0.2
    for number in range(int(rate * seconds)):
        due = start + number / rate
        wait = due - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        institution, body = bodies[number % len(bodies)]
        queue.put_nowait((due, institution, body.replace("ORDER", f"{run}-{number}").encode()))
    await asyncio.wait_for(queue.join(), 60)
    for task in askers:
        task.cancel()


asyncio.run(main())
late.sort()
at = lambda share: late[min(len(late) - 1, int(len(late) * share))] * 1e3
print(
    f"{len(late)} at {rate:.0f}/s; ms: median {at(.5):.2f}, p90 {at(.9):.2f}, p99 {at(.99):.2f}, max {late[-1]*1e3:.2f}; "
    f"statuses {statuses}")
