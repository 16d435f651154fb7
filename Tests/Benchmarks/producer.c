/* A producer of TLP/1 in a closed loop: `window` requests are always out, `count` are measured after `warm-up`.
 *
 *     producer [--connect ENDPOINT] [--path SERVICE/METHOD] [--window N] [--count N] [--warm-up N] [--body BYTES]
 *
 * Prints one JSON line. Exit status 1 if a reply was missing for 10 s, was an error, or had another body than its request.
 */
#include "frame.h"

static int by_value(const void *a, const void *b) {
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

static double microseconds_at(const uint32_t *sorted, long count, double share) {
    long place = (long)(share * (double)count);
    return sorted[place < count ? place : count - 1] / 1000.0;
}

int main(int count, char **words) {
    stop_on_signals();
    const char *path = option(count, words, "--path", "bench.v1.Echo/Echo");
    size_t path_length = strlen(path);
    if (path_length > 255) { fprintf(stderr, "--path %s: give at most 255 characters\n", path); return 64; }
    long window = number(count, words, "--window", "256", 1, 1024);
    long measured = number(count, words, "--count", "1000000", 1, 100000000);
    long warm_up = number(count, words, "--warm-up", "20000", 0, 100000000);
    size_t body = (size_t)number(count, words, "--body", "200", 8, 1000000);
    size_t length = HEADER + 1 + path_length + body;
    long total = measured + warm_up;

    uint8_t *request = calloc(1, length);
    uint64_t *sent_at = calloc((size_t)window, sizeof *sent_at);
    uint32_t *latency = calloc((size_t)measured, sizeof *latency);
    if (!request || !sent_at || !latency) fail("no memory for", "the measurement");
    memcpy(request, magic, sizeof magic);
    request[AT_TYPE] = REQUEST;
    put32(request + AT_TIMEOUT, 10000);
    request[AT_METADATA_LENGTH] = (uint8_t)((path_length + 1) >> 8);
    request[AT_METADATA_LENGTH + 1] = (uint8_t)(path_length + 1);
    request[HEADER] = (uint8_t)path_length;
    memcpy(request + HEADER + 1, path, path_length);
    memset(request + HEADER + 1 + path_length, 'x', body);
    /* An id of this run and a number: the low four bytes are the slot, so a reply finds its send time without a table. */
    uint64_t run = nanoseconds() * 0x9E3779B97F4A7C15u | 1;
    memcpy(request + AT_ID, &run, sizeof run);
    long *slots = calloc((size_t)window, sizeof *slots);
    if (!slots) fail("no memory for", "the window");
    long free_slots = window;
    for (long i = 0; i < window; i++) slots[i] = i;

    void *context = zmq_ctx_new();
    void *socket = open_socket(context, ZMQ_DEALER, option(count, words, "--connect", "tcp://127.0.0.1:7590"), zmq_connect);
    long sent = 0, received = 0, errors = 0;
    uint64_t began = nanoseconds();
    struct cpu before = cpu_used();
    zmq_msg_t in, out;
    zmq_msg_init(&in);
    while (received < total && !stopped) {
        while (free_slots > 0 && sent < total) {
            long slot = slots[--free_slots];
            put32(request + AT_ID + 8, (uint32_t)sent++);
            put32(request + AT_ID + 12, (uint32_t)slot);
            zmq_msg_init_size(&out, length);
            memcpy(zmq_msg_data(&out), request, length);
            sent_at[slot] = nanoseconds();
            zmq_msg_send(&out, socket, 0);
        }
        int taken = 0;
        while (zmq_msg_recv(&in, socket, ZMQ_DONTWAIT) >= 0) {
            taken++;
            uint8_t *reply = zmq_msg_data(&in);
            if (zmq_msg_size(&in) < HEADER || reply[AT_TYPE] != RESPONSE) continue;
            uint32_t slot = (uint32_t)reply[AT_ID + 12] << 24 | (uint32_t)reply[AT_ID + 13] << 16 | (uint32_t)reply[AT_ID + 14] << 8 | reply[AT_ID + 15];
            if (memcmp(reply + AT_ID, &run, sizeof run) != 0 || slot >= (uint32_t)window) continue;
            if (reply[AT_STATUS] != 0 || zmq_msg_size(&in) != HEADER + body) errors++;
            if (received >= warm_up) latency[received - warm_up] = (uint32_t)(nanoseconds() - sent_at[slot]);
            slots[free_slots++] = slot;
            if (++received == warm_up) {
                began = nanoseconds();
                before = cpu_used();
            }
        }
        if (taken == 0) {
            zmq_pollitem_t item = {socket, 0, ZMQ_POLLIN, 0};
            if (zmq_poll(&item, 1, 10000) == 0) break;
        }
    }
    zmq_msg_close(&in);
    double seconds = (double)(nanoseconds() - began) / 1e9;
    struct cpu after = cpu_used();
    long timed = received > warm_up ? received - warm_up : 0;
    qsort(latency, (size_t)timed, sizeof *latency, by_value);
    printf("{\"role\":\"producer\",\"window\":%ld,\"body\":%zu,\"measured\":%ld,\"answered\":%ld,\"missing\":%ld,\"errors\":%ld,\"seconds\":%.3f,"
           "\"rate\":%.0f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f,\"user_us\":%.0f,\"system_us\":%.0f}\n",
           window, body, timed, received, total - received, errors, seconds, timed / seconds,
           timed ? microseconds_at(latency, timed, 0.5) : 0, timed ? microseconds_at(latency, timed, 0.99) : 0,
           timed ? microseconds_at(latency, timed, 0.999) : 0, timed ? latency[timed - 1] / 1000.0 : 0, after.user - before.user,
           after.system - before.system);
    zmq_close(socket);
    zmq_ctx_term(context);
    return received == total && errors == 0 ? 0 : 1;
}
