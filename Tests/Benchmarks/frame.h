/* The few offsets of a TLP/1 frame that the yardstick touches (wire.md, section 1), and what its three programs share. */
#ifndef FRAME_H
#define FRAME_H

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <zmq.h>

enum {
    AT_TYPE = 4, AT_STATUS = 6, AT_TIMEOUT = 8, AT_ARG = 12, AT_ID = 16, AT_TOKEN = 32, AT_METADATA_LENGTH = 48, HEADER = 50,
    ID_AND_TOKEN = 32, TOKEN = 16,
};

/* A signal between the look at `stopped` and zmq_poll would be slept through; this is how long. */
enum { IDLE_MS = 1000 };

enum {
    HELLO = 0x01, PING = 0x02, BYE = 0x03, REQUEST = 0x10, CREDIT = 0x20, DONE = 0x23, ERROR = 0x7F,
    WELCOME = 0x81, PONG = 0x82, RESPONSE = 0x92, TASK = 0xA0,
};

static const uint8_t magic[4] = {'T', 'L', 'P', 1};

static volatile sig_atomic_t stopped;

static void stop(int signal) { (void)signal; stopped = 1; }

/* A signal interrupts zmq_poll: SA_RESTART would let the program sleep on. */
static void stop_on_signals(void) {
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
}

static void fail(const char *what, const char *value) {
    fprintf(stderr, "%s %s: %s\n", what, value, zmq_strerror(errno));
    exit(1);
}

static void put32(uint8_t *at, uint32_t value) {
    at[0] = value >> 24; at[1] = value >> 16; at[2] = value >> 8; at[3] = value;
}

static uint64_t nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

struct cpu { double user, system; };

/* Of the whole process, libzmq's I/O thread included; microseconds. */
static struct cpu cpu_used(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (struct cpu){usage.ru_utime.tv_sec * 1e6 + usage.ru_utime.tv_usec, usage.ru_stime.tv_sec * 1e6 + usage.ru_stime.tv_usec};
}

static const char *option(int count, char **words, const char *name, const char *otherwise) {
    for (int i = 1; i + 1 < count; i += 2)
        if (strcmp(words[i], name) == 0) return words[i + 1];
    return otherwise;
}

static long number(int count, char **words, const char *name, const char *otherwise, long least, long most) {
    const char *word = option(count, words, name, otherwise);
    char *end;
    long value = strtol(word, &end, 10);
    if (*word == 0 || *end != 0 || value < least || value > most) {
        fprintf(stderr, "%s %s: give a number from %ld to %ld\n", name, word, least, most);
        exit(64);
    }
    return value;
}

static void *open_socket(void *context, int type, const char *endpoint, int (*attach)(void *, const char *)) {
    void *socket = zmq_socket(context, type);
    int none = 0; /* work out is bounded by the producer's window, so no mark of libzmq's is ever to be met */
    zmq_setsockopt(socket, ZMQ_SNDHWM, &none, sizeof none);
    zmq_setsockopt(socket, ZMQ_RCVHWM, &none, sizeof none);
    zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof none);
    if (attach(socket, endpoint) != 0) fail(attach == zmq_bind ? "cannot bind" : "cannot connect to", endpoint);
    return socket;
}

#endif
