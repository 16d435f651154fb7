#!/usr/bin/env python3
"""A worker of TLP/1: worker.py BACK SERVICE answers SERVICE/Greet; what comes for another method is printed, once."""
import contextlib, json, os, struct, sys, zmq

HEADER = struct.Struct(">4sBBBBII16s16sH")  # magic, type, flags, status, attempt, timeout, arg, id, token, metadata length
HELLO, WELCOME, PING, PONG, CREDIT, TASK, DONE, ERROR, UNAUTHENTICATED = 0x01, 0x81, 0x02, 0x82, 0x20, 0xA0, 0x23, 0x7F, 16
done = set()  # ids; a real worker keeps them in its database, in the transaction that does the work

def handle(method, id, body):  # (status, reply), well within three heartbeats: meanwhile nobody answers the broker's PING
    if method == b"Greet": return 0, b"hello, " + body
    if id not in done: print(id.hex(), body.decode(errors="replace"), flush=True)
    done.add(id)
    return 0, b""

def pack(type, status=0, arg=0, id=bytes(16), token=bytes(16), metadata=b"", body=b""):
    return HEADER.pack(b"TLP\1", type, 0, status, 0, 0, arg % 2**32, id, token, len(metadata)) + metadata + body

def serve(dealer, hello, service, beat=1.0, silent=0, granted=8):  # one session; it has eight tasks at once at most
    dealer.send(pack(HELLO, body=json.dumps(hello).encode()))
    while (silent := 0 if dealer.poll(1000 * beat) else silent + 1) < 3:
        if silent: dealer.send(pack(PING)); continue
        _, type, _, status, _, _, _, id, token, length = HEADER.unpack_from(frame := dealer.recv())
        metadata, body = frame[HEADER.size:HEADER.size + length], frame[HEADER.size + length:]
        if type == WELCOME: beat = json.loads(body)["heartbeat_ms"] / 1000
        elif type == PING: dealer.send(pack(PONG, id=id, body=body))
        elif type in (PONG, ERROR) and status == UNAUTHENTICATED: return  # started again, or tired of waiting: HELLO anew
        elif type == ERROR: print("the broker objects:", status, metadata, file=sys.stderr)
        elif type == TASK:
            status, reply = handle(metadata[1:1 + metadata[0]].rpartition(b"/")[2], id, body)
            dealer.send(pack(DONE, status, id=id, token=token, body=reply))
            granted += 1  # credit is the sum of the session: room for one more
        if type in (WELCOME, TASK): dealer.send(pack(CREDIT, arg=granted, metadata=bytes([len(service)]) + service))

_, back, service, context = *sys.argv, zmq.Context()
hello = {"role": "worker", "name": "python-worker", "instance": str(os.getpid()), "services": [service]}
context.immediate, context.linger, context.sndtimeo = 1, 500, 1000  # a full second without a broker raises Again
while True:
    with context.socket(zmq.DEALER) as dealer, contextlib.suppress(zmq.Again):  # a new one for each session
        dealer.connect(back)
        serve(dealer, hello, service.encode())
