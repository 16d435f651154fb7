/* The yardstick of P1 (performance.md): a broker with nothing in it. See README.md for what it does and does not look at.
 *
 *     forwarder [--front ENDPOINT] [--back ENDPOINT]
 *
 * Prints one JSON line when it is bound and one when SIGTERM or SIGINT ends it.
 */
#include "frame.h"

enum { BATCH = 256 };

static const char welcome_body[] =
    "{\"broker\":\"forwarder\",\"epoch\":1,\"heartbeat_ms\":1000,\"max_body\":1048576,\"max_frame\":4194304,"
    "\"window\":1024,\"durability\":\"memory\",\"batch\":false}";

/* The one worker: whoever said something on the back socket last that was no reply. */
static struct { uint8_t id[255]; size_t length; } worker;

static uint64_t requests, replies, dropped;

static void send_pair(void *socket, const void *id, size_t id_length, zmq_msg_t *frame) {
    if (zmq_send(socket, id, id_length, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0 || zmq_msg_send(frame, socket, ZMQ_DONTWAIT) < 0) {
        zmq_msg_close(frame);
        dropped++;
    }
}

/* What keeps a peer of the protocol content outside the measured path: WELCOME for HELLO, PONG for PING. */
static void answer_control(void *socket, zmq_msg_t *id, zmq_msg_t *frame) {
    uint8_t *in = zmq_msg_data(frame);
    size_t length = zmq_msg_size(frame);
    zmq_msg_t out;
    if (length >= HEADER && in[AT_TYPE] == HELLO) {
        zmq_msg_init_size(&out, HEADER + sizeof welcome_body - 1);
        uint8_t *header = zmq_msg_data(&out);
        memset(header, 0, HEADER);
        memcpy(header, magic, sizeof magic);
        header[AT_TYPE] = WELCOME;
        memcpy(header + HEADER, welcome_body, sizeof welcome_body - 1);
        send_pair(socket, zmq_msg_data(id), zmq_msg_size(id), &out);
    } else if (length >= HEADER && in[AT_TYPE] == PING) {
        zmq_msg_init_size(&out, length);
        uint8_t *header = zmq_msg_data(&out);
        memcpy(header, in, length);
        header[AT_TYPE] = PONG;
        put32(header + AT_ARG, 1);
        send_pair(socket, zmq_msg_data(id), zmq_msg_size(id), &out);
    }
    zmq_msg_close(frame);
}

/* Takes one message of exactly two frames; false when there is none now. */
static int take(void *socket, zmq_msg_t *id, zmq_msg_t *frame) {
    for (;;) {
        if (zmq_msg_recv(id, socket, ZMQ_DONTWAIT) < 0) return 0;
        zmq_msg_init(frame);
        if (zmq_msg_more(id) && zmq_msg_recv(frame, socket, ZMQ_DONTWAIT) >= 0 && !zmq_msg_more(frame)) return 1;
        int more = zmq_msg_more(frame);
        while (more) {
            zmq_msg_recv(frame, socket, ZMQ_DONTWAIT);
            more = zmq_msg_more(frame);
        }
        zmq_msg_close(frame);
        dropped++;
    }
}

static int drain_front(void *front, void *back, zmq_msg_t *id) {
    int taken = 0;
    zmq_msg_t frame;
    while (taken < BATCH && take(front, id, &frame)) {
        taken++;
        uint8_t *header = zmq_msg_data(&frame);
        size_t id_length = zmq_msg_size(id);
        if (zmq_msg_size(&frame) < HEADER || header[AT_TYPE] != REQUEST) {
            answer_control(front, id, &frame);
        } else if (id_length >= TOKEN) {
            zmq_msg_close(&frame); /* a peer that names itself at length cannot be remembered in 16 bytes */
            dropped++;
        } else {
            header[AT_TYPE] = TASK;
            memset(header + AT_TOKEN, 0, TOKEN);
            header[AT_TOKEN] = (uint8_t)id_length;
            memcpy(header + AT_TOKEN + 1, zmq_msg_data(id), id_length);
            send_pair(back, worker.id, worker.length, &frame);
            requests++;
        }
    }
    return taken;
}

static int drain_back(void *front, void *back, zmq_msg_t *id) {
    int taken = 0;
    zmq_msg_t frame;
    while (taken < BATCH && take(back, id, &frame)) {
        taken++;
        uint8_t *header = zmq_msg_data(&frame);
        if (zmq_msg_size(&frame) >= HEADER && header[AT_TOKEN] != 0 && header[AT_TOKEN] < TOKEN) {
            uint8_t producer[TOKEN];
            size_t length = header[AT_TOKEN];
            memcpy(producer, header + AT_TOKEN + 1, length);
            memset(header + AT_TOKEN, 0, TOKEN);
            header[AT_TYPE] = RESPONSE;
            send_pair(front, producer, length, &frame);
            replies++;
        } else {
            worker.length = zmq_msg_size(id);
            memcpy(worker.id, zmq_msg_data(id), worker.length);
            answer_control(back, id, &frame);
        }
    }
    return taken;
}

static const char *bound(void *socket, char *endpoint, size_t length) {
    if (zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &length) != 0) fail("cannot read", "the bound endpoint");
    return endpoint;
}

int main(int count, char **words) {
    stop_on_signals();
    void *context = zmq_ctx_new();
    void *front = open_socket(context, ZMQ_ROUTER, option(count, words, "--front", "tcp://127.0.0.1:7590"), zmq_bind);
    void *back = open_socket(context, ZMQ_ROUTER, option(count, words, "--back", "tcp://127.0.0.1:7591"), zmq_bind);
    char front_endpoint[256], back_endpoint[256];
    printf("{\"ready\":true,\"front\":\"%s\",\"back\":\"%s\"}\n", bound(front, front_endpoint, sizeof front_endpoint),
           bound(back, back_endpoint, sizeof back_endpoint));
    fflush(stdout);

    zmq_msg_t id;
    zmq_msg_init(&id);
    while (!stopped) {
        int taken = drain_back(front, back, &id);
        if (worker.length > 0) taken += drain_front(front, back, &id); /* until there is a worker, requests wait in the socket */
        if (taken == 0) {
            zmq_pollitem_t items[] = {{back, 0, ZMQ_POLLIN, 0}, {front, 0, ZMQ_POLLIN, 0}};
            zmq_poll(items, worker.length > 0 ? 2 : 1, IDLE_MS);
        }
    }
    zmq_msg_close(&id);
    struct cpu used = cpu_used();
    printf("{\"role\":\"forwarder\",\"requests\":%llu,\"replies\":%llu,\"dropped\":%llu,\"user_us\":%.0f,\"system_us\":%.0f}\n",
           (unsigned long long)requests, (unsigned long long)replies, (unsigned long long)dropped, used.user, used.system);
    zmq_close(front);
    zmq_close(back);
    zmq_ctx_term(context);
    return 0;
}
