/* A worker of TLP/1 that echoes: the same against the forwarder and against a broker.
 *
 *     worker [--connect ENDPOINT] [--service NAME] [--credit N]
 *
 * Prints one JSON line when SIGTERM or SIGINT ends it.
 */
#include "frame.h"

static zmq_msg_t *control(zmq_msg_t *out, uint8_t type, const void *rest, size_t length) {
    zmq_msg_init_size(out, HEADER + length);
    uint8_t *header = zmq_msg_data(out);
    memset(header, 0, HEADER);
    memcpy(header, magic, sizeof magic);
    header[AT_TYPE] = type;
    if (length > 0) memcpy(header + HEADER, rest, length);
    return out;
}

static void send_hello(void *socket, const char *service) {
    char body[512];
    int length = snprintf(body, sizeof body, "{\"role\":\"worker\",\"name\":\"bench-worker\",\"instance\":\"%ld\",\"services\":[\"%s\"]}",
                          (long)(nanoseconds() & 0x7FFFFFFF), service);
    zmq_msg_t out;
    zmq_msg_send(control(&out, HELLO, body, (size_t)length), socket, 0);
}

static void send_credit(void *socket, const char *service, uint32_t granted) {
    uint8_t metadata[256];
    size_t length = strlen(service);
    metadata[0] = (uint8_t)length;
    memcpy(metadata + 1, service, length);
    zmq_msg_t out;
    control(&out, CREDIT, metadata, length + 1);
    uint8_t *header = zmq_msg_data(&out);
    put32(header + AT_ARG, granted);
    header[AT_METADATA_LENGTH + 1] = (uint8_t)(length + 1);
    zmq_msg_send(&out, socket, 0);
}

int main(int count, char **words) {
    stop_on_signals();
    const char *service = option(count, words, "--service", "bench.v1.Echo");
    if (strlen(service) > 200) { fprintf(stderr, "--service %s: give at most 200 characters\n", service); return 64; }
    uint32_t step = (uint32_t)number(count, words, "--credit", "1024", 2, 1000000);
    void *context = zmq_ctx_new();
    void *socket = open_socket(context, ZMQ_DEALER, option(count, words, "--connect", "tcp://127.0.0.1:7591"), zmq_connect);
    uint32_t granted = 0;
    uint64_t tasks = 0;
    send_hello(socket, service);
    send_credit(socket, service, granted = step);

    zmq_msg_t in;
    zmq_msg_init(&in);
    while (!stopped) {
        if (zmq_msg_recv(&in, socket, ZMQ_DONTWAIT) < 0) {
            zmq_pollitem_t item = {socket, 0, ZMQ_POLLIN, 0};
            zmq_poll(&item, 1, IDLE_MS);
            continue;
        }
        uint8_t *task = zmq_msg_data(&in);
        size_t length = zmq_msg_size(&in);
        if (length < HEADER) continue;
        size_t body = HEADER + ((size_t)task[AT_METADATA_LENGTH] << 8 | task[AT_METADATA_LENGTH + 1]);
        zmq_msg_t out;
        if (task[AT_TYPE] == TASK && body <= length) {
            control(&out, DONE, task + body, length - body);
            memcpy((uint8_t *)zmq_msg_data(&out) + AT_ID, task + AT_ID, ID_AND_TOKEN);
            zmq_msg_send(&out, socket, 0);
            /* Credit in halves: raised before it runs out, without a CREDIT for each task. */
            if (++tasks % (step / 2) == 0) send_credit(socket, service, granted += step / 2);
        } else if (task[AT_TYPE] == PING) {
            control(&out, PONG, task + HEADER, length - HEADER);
            memcpy((uint8_t *)zmq_msg_data(&out) + AT_ID, task + AT_ID, ID_AND_TOKEN / 2);
            zmq_msg_send(&out, socket, 0);
        } else if (task[AT_TYPE] == ERROR) {
            fprintf(stderr, "the broker refused a message of the worker: status %d\n", task[AT_STATUS]);
            return 1;
        }
    }
    zmq_msg_close(&in);
    struct cpu used = cpu_used();
    printf("{\"role\":\"worker\",\"tasks\":%llu,\"user_us\":%.0f,\"system_us\":%.0f}\n", (unsigned long long)tasks, used.user, used.system);
    zmq_close(socket);
    zmq_ctx_term(context);
    return 0;
}
