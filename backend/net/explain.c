/*
 * explain: what a failed transfer means, in words for the person on call.
 *
 * One table from curl's codes to ours. The sentence names the host and port;
 * the remedy says what to look at. Nothing of the request is repeated here.
 */
#include "backend/net/loop.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char CHECK_TLS[] =
    "Set cacert to the certificate file of the authority that signed it; for a lab only, "
    "insecure: true goes without verification.";
static const char CHECK_ROUTE[] =
    "Check that the host is up, that this machine has a route to it, and that no firewall drops "
    "the port.";

static const struct explanation {
    CURLcode result;
    enum pc_err code;
    const char *text; /* after "host:port: " */
    const char *remedy;
    bool detail; /* add curl's own sentence */
} TABLE[] = {
    {CURLE_COULDNT_RESOLVE_HOST, PC_ERR_UNREACHABLE, "the host name cannot be resolved",
     "Check the name in the URL, and the DNS servers of this machine.", false},
    {CURLE_COULDNT_RESOLVE_PROXY, PC_ERR_UNREACHABLE, "the proxy's name cannot be resolved",
     "Check http_proxy and https_proxy, or set no_proxy.", false},
    {CURLE_COULDNT_CONNECT, PC_ERR_UNREACHABLE, "no connection", CHECK_ROUTE, false},
    {CURLE_OPERATION_TIMEDOUT, PC_ERR_TIMEOUT, "no answer in time", CHECK_ROUTE, false},
    {CURLE_PEER_FAILED_VERIFICATION, PC_ERR_UNREACHABLE, "the TLS certificate is not trusted",
     CHECK_TLS, true},
    {CURLE_SSL_CONNECT_ERROR, PC_ERR_UNREACHABLE, "the TLS handshake failed",
     "Check that the URL's scheme fits: https speaks only to a TLS port.", true},
    {CURLE_SSL_ISSUER_ERROR, PC_ERR_UNREACHABLE, "the TLS certificate's issuer does not match",
     CHECK_TLS, true},
    {CURLE_SSL_INVALIDCERTSTATUS, PC_ERR_UNREACHABLE, "the TLS certificate is not valid", CHECK_TLS,
     true},
    {CURLE_SSL_CACERT_BADFILE, PC_ERR_CONFIG, "the cacert file cannot be used",
     "Check the path in cacert and that the file is a readable PEM bundle.", true},
    {CURLE_SSL_CERTPROBLEM, PC_ERR_CONFIG, "the client certificate cannot be used",
     "Check cert and key: readable PEM files that belong together.", true},
    {CURLE_SSL_CIPHER, PC_ERR_UNREACHABLE, "no common TLS cipher",
     "The server's TLS is older than this machine accepts.", true},
    {CURLE_URL_MALFORMAT, PC_ERR_CONFIG, "the URL is not valid",
     "Write it as http://host:port/path or https://host:port/path.", false},
    {CURLE_UNSUPPORTED_PROTOCOL, PC_ERR_CONFIG, "not an http or https URL",
     "Write it as http://host:port/path or https://host:port/path.", false},
    {CURLE_GOT_NOTHING, PC_ERR_UNREACHABLE, "the connection ended without an answer",
     "Look at the service's log; a proxy before it may have restarted.", false},
    {CURLE_RECV_ERROR, PC_ERR_UNREACHABLE, "the connection broke off",
     "Look at the service's log; a proxy before it may have restarted.", false},
    {CURLE_SEND_ERROR, PC_ERR_UNREACHABLE, "the connection broke off while sending",
     "Look at the service's log; a proxy before it may have restarted.", false},
    {CURLE_PARTIAL_FILE, PC_ERR_UNREACHABLE, "the answer broke off half-way",
     "Look at the service's log; a proxy before it may have restarted.", false},
    {CURLE_WRITE_ERROR, PC_ERR_TOO_LARGE, "the answer is larger than the limit",
     "Check that the URL is the service's; no service answers this call with so much.", false},
    {CURLE_FILESIZE_EXCEEDED, PC_ERR_TOO_LARGE, "the answer is larger than the limit",
     "Check that the URL is the service's; no service answers this call with so much.", false},
    {CURLE_WEIRD_SERVER_REPLY, PC_ERR_PROTOCOL, "the answer is not HTTP",
     "Check that host, port and scheme (http or https) of the URL are the service's.", false},
    {CURLE_BAD_CONTENT_ENCODING, PC_ERR_PROTOCOL, "the answer's encoding is not understood",
     "Look for a proxy that alters the answers.", false},
};

static const struct explanation OTHER = {CURLE_OK, PC_ERR_PROTOCOL, "the exchange failed",
                                         "Look at the service's log.", true};
/* curl reports an answer that does not start with "HTTP/" as a protocol it
 * does not support; by then a connection was made. */
static const struct explanation NOT_HTTP = {
    CURLE_OK, PC_ERR_PROTOCOL, "the answer is not HTTP",
    "Check that host, port and scheme (http or https) of the URL are the service's.", false};

static const struct explanation *find(const struct net_call *c, bool sent)
{
    if (c->result == CURLE_UNSUPPORTED_PROTOCOL && sent)
        return &NOT_HTTP;
    for (size_t i = 0; i < sizeof(TABLE) / sizeof(TABLE[0]); i++)
        if (TABLE[i].result == c->result)
            return &TABLE[i];
    return &OTHER;
}

static const char *connect_reason(int os_errno)
{
    static const struct {
        int number;
        const char *text;
    } reasons[] = {
        {ECONNREFUSED, "connection refused"},
        {EHOSTUNREACH, "no route to the host"},
        {ENETUNREACH, "no route to the network"},
        {ETIMEDOUT, "no answer to the connect"},
        {ECONNRESET, "connection reset"},
        {EADDRNOTAVAIL, "no local address to connect from"},
    };
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (reasons[i].number == os_errno)
            return reasons[i].text;
    return NULL;
}

/* Nothing was sent for certain when curl never came to the point of sending. */
static bool was_sent(const struct net_call *c)
{
    long request_bytes = 0;
    curl_off_t pretransfer_us = 0;
    curl_easy_getinfo(c->header.easy, CURLINFO_REQUEST_SIZE, &request_bytes);
    curl_easy_getinfo(c->header.easy, CURLINFO_PRETRANSFER_TIME_T, &pretransfer_us);
    return request_bytes > 0 || pretransfer_us > 0;
}

void net_explain(const struct net_call *c, struct net_reply *r)
{
    long os_errno = 0;
    r->sent = !c->connect && was_sent(c);
    const struct explanation *x = find(c, r->sent);
    const char *text = x->text, *remedy = x->remedy;
    if (c->result == CURLE_COULDNT_CONNECT) {
        curl_easy_getinfo(c->header.easy, CURLINFO_OS_ERRNO, &os_errno);
        r->os_errno = (int)os_errno;
        const char *reason = connect_reason((int)os_errno);
        text = reason ? reason : text;
        if (os_errno == ECONNREFUSED)
            remedy = "Check that the service runs and listens on that port.";
    } else if (c->result == CURLE_OPERATION_TIMEDOUT && !r->sent) {
        text = "no connection in time";
    }
    bool detail = x->detail && c->detail[0];
    pc_error_set(&r->err, x->code, remedy, "%s: %s%s%s%s", c->where, text, detail ? " (" : "",
                 detail ? c->detail : "", detail ? ")" : "");
}
