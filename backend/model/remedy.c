#include "backend/model/remedy.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Texts that several rows share. */
#define NETWORK_CAUSE "The network mapping is wrong, or the network is not on the target site."
#define NETWORK_ADVICE                                                                             \
    "Compare with `openstack network list` of the target site, correct --network-mapping and run " \
    "it again."
#define FLAVOR_CAUSE "The flavor is not on the target site, or is not mapped."
#define FLAVOR_ADVICE                                                                              \
    "Look at `openstack flavor list` of the target site and give --flavor-mapping SOURCE=TARGET."
#define IMAGE_CAUSE "The image from which the volumes are made is not on the target site."
#define IMAGE_ADVICE                                                                               \
    "Upload it there with the same id (`openstack image create --id ...`), or give "               \
    "--image-mapping SOURCE=TARGET; check with `openstack image show`."
#define CAPACITY_CAUSE "The target site has no compute host with room for this flavor."
#define CAPACITY_ADVICE                                                                            \
    "Check that the flavor exists there (`openstack flavor list`), map a smaller one with "        \
    "--flavor-mapping, or add compute capacity."
#define QUOTA_CAUSE "The project's quota on the target site is used up."
#define QUOTA_ADVICE                                                                               \
    "Look at `openstack limits show --absolute` and `openstack quota show` there; clean up old "   \
    "drills, or have the quota raised."
#define POLICY_CAUSE "The site's policy does not let this user's role do that."
#define POLICY_ADVICE "Have the role granted, or the policy changed, by the site's administrator."
#define ADDRESS_CAUSE "The address is in use on the target network."
#define ADDRESS_ADVICE                                                                             \
    "Find its owner with `openstack port list --fixed-ip ip-address=...`; clean up old drills or " \
    "map another network."
#define VOLUME_GONE_CAUSE "The volume was deleted, or belongs to another project."
#define VOLUME_GONE_ADVICE "Check with `openstack volume show` on that site and run it again."
#define VOLUME_BUSY_CAUSE "The volume is attached, has snapshots, or is in transition."
#define VOLUME_BUSY_ADVICE                                                                         \
    "Look at `openstack volume show` on that site; detach it or wait, then try again."
#define LOGS_ADVICE "Look at the service's log on that site for the request id."

/* Order matters: a narrow symptom stands before a wide one. */
static const struct remedy TABLE[] = {
    /* what a mapping names is not there */
    {"compute", 0, "Network * could not be found", "NetworkNotFound", PC_ERR_NOT_FOUND,
     NETWORK_CAUSE, NETWORK_ADVICE},
    {"network", 0, "Network * could not be found", "NetworkNotFound", PC_ERR_NOT_FOUND,
     NETWORK_CAUSE, NETWORK_ADVICE},
    {"network", 0, "Subnet * could not be found", "SubnetNotFound", PC_ERR_NOT_FOUND,
     "The subnet is not on the target site.",
     "Look at `openstack subnet list` of the target site and correct --network-mapping."},
    {"compute", 0, "Flavor * could not be found", "FlavorNotFound", PC_ERR_NOT_FOUND, FLAVOR_CAUSE,
     FLAVOR_ADVICE},
    {"compute", 0, "Can not find requested image", "ImageNotFound", PC_ERR_NOT_FOUND, IMAGE_CAUSE,
     IMAGE_ADVICE},
    {"volume", 0, "Invalid image identifier", "ImageNotFound", PC_ERR_NOT_FOUND, IMAGE_CAUSE,
     IMAGE_ADVICE},
    {NULL, 0, "Image * could not be found", "ImageNotFound", PC_ERR_NOT_FOUND, IMAGE_CAUSE,
     IMAGE_ADVICE},
    {"image", 404, "No image found", "ImageNotFound", PC_ERR_NOT_FOUND, IMAGE_CAUSE, IMAGE_ADVICE},
    {"image", 404, "", "ImageNotFound", PC_ERR_NOT_FOUND, IMAGE_CAUSE, IMAGE_ADVICE},
    {NULL, 0, "Image * is not active", "ImageNotActive", PC_ERR_STATE,
     "The image on the target site is not ready for use.",
     "Wait until `openstack image show` says active, or upload it again."},
    {"volume", 0, "smaller than the image minDisk", "ImageTooLarge", PC_ERR_INVALID,
     "The volume is smaller than the image asks for.",
     "Use the image from which the source volume was made, or lower its min_disk."},
    {"volume", 0, "Size of specified image * is larger", "ImageTooLarge", PC_ERR_INVALID,
     "The image is larger than the volume.",
     "Use the image from which the source volume was made."},
    {"compute", 0, "Port * could not be found", "PortNotFound", PC_ERR_NOT_FOUND,
     "The port was deleted after it was made.", "Run it again: the port is made anew."},
    {"network", 0, "Port * could not be found", "PortNotFound", PC_ERR_NOT_FOUND,
     "The port was deleted.", "Run it again: the port is made anew."},
    {NULL, 0, "Security group * not found", "SecurityGroupNotFound", PC_ERR_NOT_FOUND,
     "The security group is not in the target project.",
     "Look at `openstack security group list` of the target site; make it there."},
    {NULL, 0, "Security group * does not exist", "SecurityGroupNotFound", PC_ERR_NOT_FOUND,
     "The security group is not in the target project.",
     "Look at `openstack security group list` of the target site; make it there."},
    {"compute", 400, "Invalid key_name", "KeyPairNotFound", PC_ERR_NOT_FOUND,
     "The key pair belongs to a user, and this user has none of that name there.",
     "Import it on the target site: `openstack keypair create --public-key ...`."},
    {NULL, 0, "availability zone * is not available", "AvailabilityZoneNotFound", PC_ERR_NOT_FOUND,
     "The target site has no such availability zone.",
     "Look at `openstack availability zone list` of the target site."},
    {NULL, 0, "Availability zone * is invalid", "AvailabilityZoneNotFound", PC_ERR_NOT_FOUND,
     "The target site has no such availability zone.",
     "Look at `openstack availability zone list` of the target site."},
    {"volume", 404, "Volume type * could not be found", "VolumeTypeNotFound", PC_ERR_NOT_FOUND,
     "The volume type is not on the target site.",
     "Look at `openstack volume type list` of the target site."},

    /* room */
    {NULL, 0, "No valid host was found", "NoValidHost", PC_ERR_QUOTA, CAPACITY_CAUSE,
     CAPACITY_ADVICE},
    {"compute", 0, "Exhausted all hosts available", "HostsExhausted", PC_ERR_FAILED,
     "Each host that was tried could not start the server or bind its port.",
     "Look at nova-compute's log for the server id and at the network agent on those hosts; see "
     "`openstack compute service list` and `openstack hypervisor stats show` for capacity, and "
     "that the flavor fits."},
    {"compute", 0, "Quota exceeded", "QuotaExceeded", PC_ERR_QUOTA, QUOTA_CAUSE, QUOTA_ADVICE},
    {"volume", 0, "VolumeLimitExceeded", "QuotaExceeded", PC_ERR_QUOTA, QUOTA_CAUSE, QUOTA_ADVICE},
    {"volume", 0, "exceeds allowed * quota", "QuotaExceeded", PC_ERR_QUOTA, QUOTA_CAUSE,
     QUOTA_ADVICE},
    {"volume", 413, "", "QuotaExceeded", PC_ERR_QUOTA, QUOTA_CAUSE, QUOTA_ADVICE},
    {"network", 409, "Quota exceeded", "QuotaExceeded", PC_ERR_QUOTA, QUOTA_CAUSE, QUOTA_ADVICE},
    {NULL, 413, "", "QuotaExceeded", PC_ERR_QUOTA, QUOTA_CAUSE, QUOTA_ADVICE},
    {"network", 0, "No more IP addresses available", "NoFreeAddress", PC_ERR_QUOTA,
     "The subnet of the target network is full.",
     "Clean up old drills, widen the subnet's allocation pool, or map another network."},
    {"volume", 0, "available weighted backend", "NoValidBackend", PC_ERR_QUOTA,
     "No storage back end of the target site takes this volume type, or none has room.",
     "Look at the type's extra specs and at the free space of the back ends."},
    {"volume", 0, "No valid backend", "NoValidBackend", PC_ERR_QUOTA,
     "No storage back end of the target site takes this volume type, or none has room.",
     "Look at the type's extra specs and at the free space of the back ends."},

    /* permission */
    {"volume", 0, "volume_extension:volume_manage", "VolumeManagePolicy", PC_ERR_FORBIDDEN,
     "Cinder's policy on the target site does not let members import volumes.",
     "In /etc/cinder/policy.yaml there (Kolla: /etc/kolla/config/cinder/policy.yaml) set "
     "volume_extension:volume_manage, :volume_unmanage and :services:index to "
     "\"rule:admin_or_owner\", and reconfigure Cinder (`kolla-ansible -i inventory reconfigure "
     "-t cinder`)."},
    {"volume", 0, "volume_extension:volume_unmanage", "VolumeManagePolicy", PC_ERR_FORBIDDEN,
     "Cinder's policy on the target site does not let members release volumes.",
     "Set volume_extension:volume_unmanage to \"rule:admin_or_owner\" in Cinder's policy.yaml "
     "there and reconfigure Cinder."},
    {"network", 0, "create_network:shared", "SharedNetworkPolicy", PC_ERR_FORBIDDEN,
     "Neutron's policy does not let this user make a shared network.",
     "Map existing networks with --network-mapping in place of --auto-network, or have "
     "create_network:shared allowed."},
    {"network", 0, "rule:create_network", "CreateNetworkPolicy", PC_ERR_FORBIDDEN,
     "Neutron's policy does not let this user make networks.",
     "Map existing networks with --network-mapping in place of --auto-network."},
    {"network", 0, "rule:create_port", "CreatePortPolicy", PC_ERR_FORBIDDEN,
     "Only the owner of a network may choose MAC and IP addresses on it.",
     "Map to a network which the target project owns, or give none by hand (--mac, --fixed-ip)."},
    {NULL, 0, "disallowed by policy", "PolicyNotAuthorized", PC_ERR_FORBIDDEN, POLICY_CAUSE,
     POLICY_ADVICE},
    {NULL, 0, "Policy doesn't allow", "PolicyNotAuthorized", PC_ERR_FORBIDDEN, POLICY_CAUSE,
     POLICY_ADVICE},
    {NULL, 0, "does not have admin privileges", "AdminRequired", PC_ERR_FORBIDDEN,
     "The service keeps this for administrators, whatever its policy file says.",
     "Ask an administrator of the site for the value, or for an account that may read it."},

    /* in the way */
    {NULL, 0, "Port * is still in use", "PortInUse", PC_ERR_CONFLICT,
     "The port belongs to another server.", "Look at `openstack port show`; clean up old drills."},
    {"network", 409, "still in use on the network", "NetworkInUse", PC_ERR_CONFLICT,
     "Ports are left on the network.",
     "Their servers may still be going away; `openstack port list --network ...` shows them."},
    {"network", 409, "Unable to complete operation on network", "NetworkInUse", PC_ERR_CONFLICT,
     "Ports are left on the network.",
     "Their servers may still be going away; `openstack port list --network ...` shows them."},
    {"compute", 0, "Fixed IP address * is already in use", "AddressInUse", PC_ERR_CONFLICT,
     ADDRESS_CAUSE, ADDRESS_ADVICE},
    {"network", 409, "IP address * already allocated", "AddressInUse", PC_ERR_CONFLICT,
     ADDRESS_CAUSE, ADDRESS_ADVICE},
    {"network", 409, "IP address * in use", "AddressInUse", PC_ERR_CONFLICT, ADDRESS_CAUSE,
     ADDRESS_ADVICE},
    {"network", 409, "mac address * is in use", "MacAddressInUse", PC_ERR_CONFLICT,
     "The MAC address is in use on the target network.",
     "Find its owner with `openstack port list --mac-address ...`; clean up old drills."},
    {"network", 400, "not a valid IP for", "InvalidAddress", PC_ERR_MAPPING,
     "The address is outside of the target network's subnets.",
     "Map to a network with the source's address range, or let Neutron choose addresses."},
    {"compute", 0, "Block Device * is not bootable", "VolumeNotBootable", PC_ERR_STATE,
     "The first volume of the server is not marked as bootable.",
     "Set it with `openstack volume set --bootable ...` and run it again."},
    {"compute", 0, "failed to get volume", "VolumeNotFound", PC_ERR_NOT_FOUND, VOLUME_GONE_CAUSE,
     VOLUME_GONE_ADVICE},
    {NULL, 0, "Volume * could not be found", "VolumeNotFound", PC_ERR_NOT_FOUND, VOLUME_GONE_CAUSE,
     VOLUME_GONE_ADVICE},
    {"compute", 0, "Unable to update attachment", "StorageConnectionFailed", PC_ERR_FAILED,
     "The compute host could not connect the volume.",
     "Look at the logs of nova-compute and cinder-volume; check the host's path to the storage."},
    {"compute", 0, "Invalid volume: * in-use", "VolumeInUse", PC_ERR_CONFLICT, VOLUME_BUSY_CAUSE,
     VOLUME_BUSY_ADVICE},
    {NULL, 0, "Volume status must be available or error", "VolumeInUse", PC_ERR_CONFLICT,
     VOLUME_BUSY_CAUSE, VOLUME_BUSY_ADVICE},
    {"compute", 0, "Invalid volume:", "VolumeNotUsable", PC_ERR_STATE, VOLUME_BUSY_CAUSE,
     VOLUME_BUSY_ADVICE},
    {"volume", 0, "Invalid volume:", "VolumeNotUsable", PC_ERR_STATE, VOLUME_BUSY_CAUSE,
     VOLUME_BUSY_ADVICE},
    {"compute", 409, "is locked", "ServerLocked", PC_ERR_STATE,
     "Somebody locked the server against changes.",
     "Unlock it (`openstack server unlock ...`) once it is clear why it was locked."},
    {"compute", 409, "while it is in", "ServerState", PC_ERR_STATE,
     "The server is in another state than the call asks for.",
     "Look at `openstack server show`; it may have been done already."},

    /* managing array volumes */
    {"volume", 400, "already managed", "AlreadyManaged", PC_ERR_EXISTS,
     "Cinder knows this array volume already.",
     "Find it with `openstack volume list`; an earlier operation may have left it."},
    {"volume", 400, "Host * not found", "StorageHostNotFound", PC_ERR_CONFIG,
     "The target site has no such storage host.",
     "Take the name from `openstack volume service list` (node@backend#pool)."},
    {"volume", 400, "Service is unavailable at this time", "StorageServiceDown", PC_ERR_SERVER,
     "The cinder-volume service of that back end is down or disabled.",
     "Look at `openstack volume service list` on the target site and start it."},

    /* services in trouble */
    {NULL, 503, "Keystone service is temporarily unavailable", "KeystoneUnavailable", PC_ERR_SERVER,
     "The service cannot reach Keystone to check the token.",
     "Look at Keystone of that site first; the other services follow it."},
    {"compute", 500, "CinderConnectionFailed", "CinderUnreachable", PC_ERR_SERVER,
     "Nova cannot reach Cinder on that site.",
     "Look at cinder-api there, then let the operation go on."},
    {"compute", 500, "neutron", "NeutronUnreachable", PC_ERR_SERVER,
     "Nova cannot reach Neutron on that site.",
     "Look at neutron-server there, then let the operation go on."},
    {NULL, 500, "Unexpected API Error", "ServiceFault", PC_ERR_SERVER, "The service failed inside.",
     LOGS_ADVICE},
    {NULL, 406, "is not supported by the API", "MicroversionNotSupported", PC_ERR_PROTOCOL,
     "The service does not speak this API version.",
     "It may have been changed under way; start the console anew so that it asks again."},
    {NULL, 429, "", "TooManyRequests", PC_ERR_SERVER, "The site limits the rate of calls.",
     "Wait, or have the limit raised for this project."},

    /* what the engine sees itself */
    {"engine", 0, "stuck in pending", "PendingTooLong", PC_ERR_TIMEOUT,
     "No engine takes the operation: none runs, or others have every place (its events say so).",
     "Look at `operation list`; open the console, or run `engine --until-idle`."},
    {"engine", 0, "no progress", "NoProgress", PC_ERR_TIMEOUT,
     "No step began or ended for 15 minutes: the engine that executes it has died or has lost its "
     "database, or a site does not get on.",
     "See who executes with `doctor`. If nobody does, open the console or run `engine "
     "--until-idle`: what ran is taken up. If it stays so, look at steps_completed in `operation "
     "show OP` and at the site's own logs, then `operation cancel OP`: what is left is named."},
    {"engine", 0, "health checks * not passed", "HealthCheckTimeout", PC_ERR_TIMEOUT,
     "The application did not start in time, or there is no path to the port.",
     "Look at the guests' logs; check that security groups allow the ports and that the network is "
     "reachable from here; --health-check-timeout 300 gives more time. `protection-group "
     "test-failover --no-cleanup` keeps what it made to be looked at, until `test cleanup OP`."},
    {"engine", 0, "cleanup did not run", "CleanupPending", PC_ERR_STATE,
     "auto_cleanup is false, or --no-cleanup was given.",
     "Run `test cleanup OP`; auto_cleanup = true makes it the rule."},
    {"engine", 0, "left behind", "Orphans", PC_ERR_FAILED,
     "Cleanup failed, or never ran, for what is named.",
     "Run `test cleanup OP` again: it deletes only what the operation made."},
    {"engine", 0, "remote site unreachable", "PeerUnreachable", PC_ERR_UNREACHABLE,
     "The other site cannot be reached, or its copy of the group is not in step.",
     "Check the other site (`site show`, `doctor`); once it is reachable, see `protection-group "
     "readiness` before anything else."},
    {"engine", 0, "not in failed_over state", "NotFailedOver", PC_ERR_STATE,
     "An earlier failover did not finish, or was rolled back.",
     "Look at the group's state and at `operation list` for it."},
    {"engine", 0, "out of sync", "OutOfSync", PC_ERR_CONFLICT,
     "After an unplanned failover the other site missed the changes.",
     "When it is back, see which site serves (`protection-group show`), and bring the other up to "
     "date: `consistency-group sync`."},
    {"engine", 0, "no replicated snapshot", "NeverReplicated", PC_ERR_STATE,
     "No replication cycle has ended yet.",
     "Wait for the next cycle, or force one with `consistency-group sync`."},
    {"engine", 0, "not replicated", "NotReplicated", PC_ERR_INVALID,
     "The volume's type has no replication_enabled='<is> True'.",
     "Retype the volume to a replicated type, or take its server out of the group."},
    {"engine", 0, "duplicate resource", "DuplicateResource", PC_ERR_CONFLICT,
     "Two resources carry the mark of one step.",
     "Look at both on the target site and delete the one that is not in use."},
};

enum { ROWS = sizeof(TABLE) / sizeof(TABLE[0]) };

/* Every error goes through all rows: most places are passed by the first letter. */
static const char *find_piece(const char *text, const char *piece, size_t n)
{
    int first = n ? tolower((unsigned char)*piece) : 0;
    if (n == 0)
        return text;
    for (; *text; text++)
        if (tolower((unsigned char)*text) == first && strncasecmp(text, piece, n) == 0)
            return text;
    return NULL;
}

/* The pieces between the stars, each after the one before. */
static bool holds(const char *text, const char *symptom)
{
    while (*symptom) {
        size_t n = strcspn(symptom, "*");
        const char *at = find_piece(text, symptom, n);
        if (!at)
            return false;
        text = at + n;
        symptom += n;
        symptom += *symptom == '*';
    }
    return true;
}

const struct remedy *remedy_match(const char *service, int status, const char *text)
{
    if (service && !*service)
        service = NULL;
    for (size_t i = 0; i < ROWS; i++) {
        const struct remedy *r = &TABLE[i];
        bool words = *r->symptom; /* a row without them needs the rest to be known */
        if (r->service && (service ? strcmp(r->service, service) != 0 : !words))
            continue;
        if (r->status && (status ? r->status != status : !words))
            continue;
        if (holds(text ? text : "", r->symptom))
            return r;
    }
    return NULL;
}

const struct remedy *remedy_named(const char *name)
{
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(TABLE[i].name, name) == 0)
            return &TABLE[i];
    return NULL;
}

const struct remedy *remedy_at(size_t i)
{
    return i < ROWS ? &TABLE[i] : NULL;
}

const char *remedy_text(const struct remedy *r, char *dst, size_t dst_size)
{
    snprintf(dst, dst_size, "%s%s%s", r ? r->cause : "", r ? " " : "", r ? r->advice : "");
    return dst;
}
