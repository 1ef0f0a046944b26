/* glance: requests of the Image service. No microversions; pages are small. */
#include "backend/cloud/glance.h"

#include "backend/cloud/driver.h"

enum { QUERY_MAX = 8 * 1024 };

static struct cloud_request request(void)
{
    return (struct cloud_request){.service = CLOUD_IMAGE, .repeat = CLOUD_READ, .method = "GET"};
}

struct cloud_call *glance_image(struct cloud *c, const char *id, cloud_done *done, void *arg)
{
    struct cloud_request q = request();
    return cloud_send_path(c, &q, cloud_path("/images/%s", id), done, arg);
}

struct cloud_call *glance_images(struct cloud *c, const char *name, cloud_done *done, void *arg)
{
    struct cloud_request q = request();
    struct buf b;
    buf_init(&b, QUERY_MAX);
    buf_puts(&b, "/images?limit=200");
    if (name) {
        buf_puts(&b, "&name=");
        buf_url(&b, name);
        q.keep = cloud_keep_equal;
        q.keep_a = "name";
        q.keep_b = name;
    }
    q.unwrap = "images";
    q.list = true;
    return cloud_send_path(c, &q, buf_take(&b), done, arg);
}
