#include "backend/lab/seed_data.h"

#include "backend/lab/seed.h"

#define HR_IMAGE "c0ffee00-0000-4000-8000-000000000002"
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

const struct seed_flavor SEED_FLAVORS[] = {
    {SITE_A, "11", "m1.small", 1, 2048, 20},  {SITE_A, "12", "m1.medium", 2, 4096, 40},
    {SITE_A, "13", "m1.large", 4, 8192, 80},  {SITE_B, "11", "m1.small", 1, 2048, 20},
    {SITE_B, "22", "m1.medium", 2, 4096, 40}, {SITE_B, "23", "m2.large", 4, 8192, 80},
    {SITE_B, "24", "m2.xlarge", 8, 16384, 160},
};
const size_t SEED_FLAVOR_COUNT = COUNT(SEED_FLAVORS);

const struct seed_image SEED_IMAGES[] = {
    {SEED_IMAGE, "debian-12", "5d1f8ff2c3f0a6d3b7f3a1b0a3b8f4de", 3, 3, 338436096},
    {HR_IMAGE, "hr-golden-2019", "90b2d1e6f0c7485e8d3cc1a7f6e5d4b3", 1, 8, 1284898816},
};
const size_t SEED_IMAGE_COUNT = COUNT(SEED_IMAGES);

const struct seed_net SEED_NETWORKS[SEED_NETS] = {
    {SITE_A, "net-primary-web", 1, 24},     {SITE_A, "net-primary-db", 2, 24},
    {SITE_A, "net-billing-app", 3, 24},     {SITE_A, "net-billing-db", 4, 24},
    {SITE_A, "net-hr", 5, 24},              {SITE_A, "net-apps", 64, 18},
    {SITE_B, "net-secondary-web", 129, 24}, {SITE_B, "net-secondary-db", 130, 24},
    {SITE_B, "net-billing-app", 131, 24},   {SITE_B, "net-billing-db", 132, 24},
    {SITE_B, "net-hr-dr", 133, 24},         {SITE_B, "net-apps", 192, 18},
};

#define BILLING_APP {"net-billing-app", NULL}
#define BILLING_BOTH {"net-billing-app", "net-billing-db"}

const struct seed_vm SEED_VMS[] = {
    {"prod-web-app", "web-1", "m1.small", {"net-primary-web", NULL}, SEED_IMAGE, 10, NULL, "web"},
    {"prod-web-app", "web-2", "m1.medium", {"net-primary-web", "net-primary-db"}, SEED_IMAGE, 10,
     "web-2-data:20", "web"},
    {"prod-web-app", "db-1", "m1.large", {"net-primary-db", NULL}, SEED_IMAGE, 20, "db-1-data:50",
     "database"},

    {"prod-billing", "billing-api-1", "m1.small", BILLING_APP, SEED_IMAGE, 10,
     "billing-api-1-spool:10", "api"},
    {"prod-billing", "billing-api-2", "m1.small", BILLING_APP, SEED_IMAGE, 10,
     "billing-api-2-spool:10", "api"},
    {"prod-billing", "billing-worker-1", "m1.medium", BILLING_BOTH, SEED_IMAGE, 10,
     "billing-worker-1-data:40", "worker"},
    {"prod-billing", "billing-worker-2", "m1.medium", BILLING_BOTH, SEED_IMAGE, 10,
     "billing-worker-2-data:40", "worker"},
    {"prod-billing", "billing-worker-3", "m1.medium", BILLING_BOTH, SEED_IMAGE, 10,
     "billing-worker-3-data:40", "worker"},
    {"prod-billing", "billing-queue-1", "m1.medium", {"net-billing-db", NULL}, SEED_IMAGE, 10,
     "billing-queue-1-data:30", "queue"},
    {"prod-billing", "billing-db-1", "m1.large", {"net-billing-db", NULL}, SEED_IMAGE, 20,
     "billing-db-1-data:200,billing-db-1-wal:50,billing-db-1-backup:200", "database"},
    {"prod-billing", "billing-db-2", "m1.large", {"net-billing-db", NULL}, SEED_IMAGE, 20,
     "billing-db-2-data:200,billing-db-2-wal:50,billing-db-2-backup:200", "database"},

    {"hr-suite", "hr-app-1", "m1.medium", {"net-hr", NULL}, HR_IMAGE, 20, "hr-app-1-files:40",
     "app"},
    {"hr-suite", "hr-db-1", "m1.medium", {"net-hr", NULL}, HR_IMAGE, 20, "hr-db-1-data:60",
     "database"},
};
const size_t SEED_VM_COUNT = COUNT(SEED_VMS);

const struct seed_group SEED_GROUPS[] = {
    {"prod-web-app", "Web shop: two web servers and their database", 900, 300, 12,
     "{\"network_mapping\": {\"net-primary-web\": \"net-secondary-web\","
     " \"net-primary-db\": \"net-secondary-db\"},"
     " \"flavor_mapping\": {\"m1.large\": \"m2.large\"},"
     " \"health_checks\": [\"tcp:8443\", \"http:/healthz\"]}",
     SEED_KEY},
    {"prod-billing", "Billing: replication is slower than it should be", 900, 600, 480,
     "{\"network_mapping\": {}, \"flavor_mapping\": {\"m1.large\": \"m2.large\"},"
     " \"health_checks\": [\"tcp:8080\"]}",
     SEED_KEY},
    {"hr-suite", "HR: built from an image that site-b does not have", 3600, 900, 25,
     "{\"network_mapping\": {\"net-hr\": \"net-hr-dr\"}, \"flavor_mapping\": {},"
     " \"health_checks\": []}",
     SEED_KEY_A},
};
const size_t SEED_GROUP_COUNT = COUNT(SEED_GROUPS);
