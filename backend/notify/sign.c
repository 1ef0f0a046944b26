/* sign: the secret of the webhook, and what is made of it. */
#include "backend/notify/notify.h"

#include "backend/base/log.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

const char *notify_sign(char dst[NOTIFY_SIGNATURE_SIZE], const char *secret, const char *body)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)body, strlen(body), mac,
         &n);
    int used = snprintf(dst, NOTIFY_SIGNATURE_SIZE, "sha256=");
    for (unsigned i = 0; i < n && used + 2 < NOTIFY_SIGNATURE_SIZE; i++)
        used += snprintf(dst + used, (size_t)(NOTIFY_SIGNATURE_SIZE - used), "%02x", mac[i]);
    return dst;
}

enum pc_err notify_secret(const char *path, char dst[NOTIFY_SECRET_MAX + 1], struct pc_error *err)
{
    static const char remedy[] = "Write the secret that the receiver knows into the file, on one "
                                 "line, for your eyes only (chmod 600).";
    char text[NOTIFY_SECRET_MAX + 2];
    FILE *f = fopen(path, "r");
    if (!f)
        return pc_error_set(err, PC_ERR_CONFIG, remedy, "webhook.secret_file %s: %s", path,
                            strerror(errno));
    size_t n = fread(text, 1, sizeof(text), f);
    bool broken = ferror(f) != 0;
    fclose(f);
    while (n && strchr(" \t\r\n", text[n - 1]))
        n--;
    if (broken || n == 0 || n > NOTIFY_SECRET_MAX || memchr(text, '\0', n))
        return pc_error_set(err, PC_ERR_CONFIG, remedy, "webhook.secret_file %s: %s", path,
                            broken     ? "it cannot be read"
                            : n == 0   ? "there is nothing in it"
                                       : "that is no secret of one line");
    memcpy(dst, text, n);
    dst[n] = '\0';
    log_secret(dst);
    return PC_OK;
}
