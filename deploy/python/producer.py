#!/usr/bin/env python3
"""A producer of TLP/1: producer.py FRONT call|submit PATH BODY [SECONDS [ID]] asks once and prints what came of it."""
import contextlib, json, struct, sys, time, uuid, zmq

HEADER = struct.Struct(">4sBBBBII16s16sH")  # magic, type, flags, status, attempt, timeout, arg, id, token, metadata length
HELLO, WELCOME, PING, PONG, BYE, REQUEST = 0x01, 0x81, 0x02, 0x82, 0x03, 0x10
ANSWERS = {0x90: "ACCEPTED", 0x92: "RESPONSE", 0x7F: "ERROR"}
DURABLE, WAIT_FOR_READY, IDEMPOTENT, UNAUTHENTICATED, NEVER = 1, 2, 4, 16, 0xFFFFFFFF

def pack(type, flags=0, timeout=0, id=bytes(16), path=b"", body=b""):
    metadata = bytes([len(path)]) + path if path else b""
    return HEADER.pack(b"TLP\1", type, flags, 0, 0, timeout, 0, id, bytes(16), len(metadata)) + metadata + body

def attempt(dealer, id, request, end):  # the answer; None where there is no broker, or one that has forgotten us
    hello, beat, silent = {"role": "producer", "name": "python-producer", "instance": uuid.uuid4().hex}, 1.0, 0
    for message in pack(HELLO, body=json.dumps(hello).encode()), request: dealer.send(message)
    while silent < 3 and (left := end - time.monotonic()) > 0:
        silent = 0 if dealer.poll(1000 * min(beat, left)) else silent + 1
        if silent: dealer.send(pack(PING))
        else:
            frame = dealer.recv()
            _, type, _, status, _, pushback, _, answered, _, length = HEADER.unpack_from(frame)
            metadata, body = frame[HEADER.size:HEADER.size + length], frame[HEADER.size + length:]
            if type == WELCOME: beat = json.loads(body)["heartbeat_ms"] / 1000
            elif type == PING: dealer.send(pack(PONG, id=answered, body=body))
            elif type == PONG and status == UNAUTHENTICATED: return None
            elif type in ANSWERS and answered == id: return ANSWERS[type], status, pushback, metadata, body

_, front, verb, path, body, seconds, id, *_ = *sys.argv, *("5", uuid.uuid4().hex)[len(sys.argv) - 5:]
id, end, answer, context = uuid.UUID(id).bytes, time.monotonic() + float(seconds), None, zmq.Context()
context.immediate, context.linger, context.sndtimeo = 1, 500, 1000  # a full second without a broker raises Again
while (left := end - time.monotonic()) > 0:  # always under this id: it is submitted once, but a call must bear to run twice
    flags, timeout = (DURABLE, 0) if verb == "submit" else (WAIT_FOR_READY | IDEMPOTENT, 1 + int(1000 * left))
    with context.socket(zmq.DEALER) as dealer, contextlib.suppress(zmq.Again):  # a new one each time
        dealer.connect(front)
        answer = attempt(dealer, id, pack(REQUEST, flags, timeout, id, path.encode(), body.encode()), end)
        if answer and not 0 < answer[2] < NEVER: dealer.send(pack(BYE)); print(id.hex(), *answer); sys.exit(answer[1])
    time.sleep(min(left, answer[2] / 1000 if answer else 0))  # the broker has said when to ask again
sys.exit("%s: not answered in time; what was submitted may be submitted again under this id" % id.hex())
