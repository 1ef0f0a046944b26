/*
 * seed_data: the tables of the lab's first day.
 *
 * Flavors match between the sites by id (m1.small), by name only (m1.medium)
 * and not at all (m1.large, whose nearest is m2.large).
 */
#ifndef PC_LAB_SEED_DATA_H
#define PC_LAB_SEED_DATA_H

#include <stddef.h>
#include <stdint.h>

enum { SEED_NETS = 12 };

/* Key pairs of the user: on both sites, and on the first alone. */
#define SEED_KEY "ops"
#define SEED_KEY_A "hr-2019"

#define SEED_CREDENTIAL_A "a0c0ffee00000000000000000000000a"
#define SEED_CREDENTIAL_B "b0c0ffee00000000000000000000000b"

struct seed_flavor {
    int site;
    const char *id, *name;
    int vcpus, ram, disk; /* MiB, GiB */
};
struct seed_image {
    const char *id, *name, *checksum;
    int sites, min_disk; /* bit a site; GiB */
    int64_t size;
};
struct seed_net {
    int site;
    const char *name;
    int third, bits; /* 127.N.third.0/bits */
};
struct seed_vm {
    const char *group, *name, *flavor, *nets[2], *image;
    int boot_gib;
    const char *data; /* "name:GiB,name:GiB" */
    const char *role;
};
struct seed_group {
    const char *name, *description;
    int rpo, interval, transfer; /* seconds; transfer: of a cycle's data */
    const char *mapping;         /* what groups.json adds, as JSON */
    const char *key;             /* key pair of its servers */
};

extern const struct seed_flavor SEED_FLAVORS[];
extern const size_t SEED_FLAVOR_COUNT;
extern const struct seed_image SEED_IMAGES[];
extern const size_t SEED_IMAGE_COUNT;
extern const struct seed_net SEED_NETWORKS[SEED_NETS];
extern const struct seed_vm SEED_VMS[];
extern const size_t SEED_VM_COUNT;
extern const struct seed_group SEED_GROUPS[];
extern const size_t SEED_GROUP_COUNT;

#endif
