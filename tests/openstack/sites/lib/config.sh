# shellcheck shell=bash
# write_config SITE: every configuration file of one site, made anew at each `up`.
# write_clouds: the clouds.yaml of both sites. Sourced by `up`, after common.sh.

# How one service user logs in to its own site. usage: login_options SITE USER
login_options() {
    cat <<C
auth_url = http://$(addr "$1"):5000/v3
auth_type = password
username = $2
password = $SECRET
project_name = service
user_domain_id = default
project_domain_id = default
region_name = $(region "$1")
C
}

# How a service checks the tokens it is shown. usage: token_options SITE USER CATALOGUE-TYPE
token_options() {
    cat <<C
[keystone_authtoken]
www_authenticate_uri = http://$(addr "$1"):5000
$(login_options "$1" "$2")
interface = internal
service_token_roles = service
service_token_roles_required = true
service_type = $3
C
}

# What all services share. usage: common_options SITE SERVICE
common_options() {
    local D=$STATE/$1
    cat <<C
[oslo_concurrency]
lock_path = $D/lock
[oslo_policy]
policy_file = $D/etc/$2-policy.yaml
policy_dirs = $D/etc/policy.d
[oslo_messaging_rabbit]
heartbeat_timeout_threshold = 0
rabbit_retry_interval = 1
rabbit_interval_max = 5
[oslo_messaging_notifications]
driver = noop
[database]
connection = $(db_url "$1" "$2")
max_pool_size = 5
max_overflow = 20
C
}

write_keys() {  # Keystone's keys for tokens and for stored credentials
    local dir n
    for dir in "$1"/fernet-keys "$1"/credential-keys; do
        mkdir -p "$dir"; chmod 700 "$dir"
        for n in 0 1; do
            [ -s "$dir/$n" ] || (umask 077; head -c 32 /dev/urandom |
                base64 -w0 | tr '+/' '-_' > "$dir/$n")
        done
    done
}

write_keystone() {
    local s=$1 D=$STATE/$1
    cat > "$D/etc/keystone.conf" <<C
[DEFAULT]
use_stderr = true
public_endpoint = http://$(addr "$s"):5000
[identity]
password_hash_rounds = 4
[token]
provider = fernet
[fernet_tokens]
key_repository = $D/fernet-keys
[fernet_receipts]
key_repository = $D/fernet-keys
[credential]
key_repository = $D/credential-keys
$(common_options "$s" keystone)
C
}

write_glance() {
    local s=$1 D=$STATE/$1
    cat > "$D/etc/glance.conf" <<C
[DEFAULT]
use_stderr = true
bind_host = $(addr "$s")
bind_port = 9292
workers = 0
node_staging_uri = file://$D/tmp/staging
[glance_store]
stores = file
default_store = file
filesystem_store_datadir = $D/images
[paste_deploy]
flavor = keystone
config_file = /usr/share/glance-common/glance-api-paste.ini
$(token_options "$s" glance image)
$(common_options "$s" glance)
C
}

write_placement() {
    local s=$1 D=$STATE/$1
    cat > "$D/etc/placement.conf" <<C
[DEFAULT]
use_stderr = true
[api]
auth_strategy = keystone
[placement_database]
connection = $(db_url "$s" placement)
max_pool_size = 5
[oslo_policy]
policy_file = $D/etc/placement-policy.yaml
policy_dirs = $D/etc/policy.d
$(token_options "$s" placement placement)
C
}

write_nova() {
    local s=$1 D=$STATE/$1
    cat > "$D/etc/nova.conf" <<C
[DEFAULT]
use_stderr = true
host = compute-$(letter "$s")
my_ip = $(addr "$s")
state_path = $D/tmp/nova
transport_url = rabbit://sites:$SECRET@$MQ_ADDR:$MQ_PORT/$s
compute_driver = guests.GuestsDriver
periodic_fuzzy_delay = 0
osapi_compute_listen = $(addr "$s")
osapi_compute_listen_port = 8774
osapi_compute_workers = 1
enabled_apis = osapi_compute
vif_plugging_is_fatal = false
vif_plugging_timeout = 0
block_device_allocate_retries_interval = 1
service_down_time = 60
report_interval = 10
update_resources_interval = 20
[wsgi]
api_paste_config = /usr/share/nova-common/api-paste.ini
[api]
auth_strategy = keystone
[api_database]
connection = $(db_url "$s" nova_api)
max_pool_size = 5
[conductor]
workers = 1
[scheduler]
workers = 1
discover_hosts_in_cells_interval = 5
[vnc]
enabled = false
[glance]
service_type = image
region_name = $(region "$s")
[cinder]
catalog_info = volumev3::publicURL
os_region_name = $(region "$s")
$(login_options "$s" nova)
[neutron]
service_metadata_proxy = false
$(login_options "$s" nova)
[placement]
$(login_options "$s" nova)
[service_user]
send_service_user_token = true
$(login_options "$s" nova)
$(token_options "$s" nova compute)
$(common_options "$s" nova)
C
}

write_cinder() {
    local s=$1 D=$STATE/$1 L
    L=$(letter "$s")
    cat > "$D/etc/cinder.conf" <<C
[DEFAULT]
use_stderr = true
host = storage-$L
my_ip = $(addr "$s")
state_path = $D/tmp/cinder
transport_url = rabbit://sites:$SECRET@$MQ_ADDR:$MQ_PORT/$s
auth_strategy = keystone
api_paste_config = /usr/share/cinder-common/api-paste.ini
resource_query_filters_file = /etc/cinder/resource_filters.json
osapi_volume_listen = $(addr "$s")
osapi_volume_listen_port = 8776
osapi_volume_workers = 1
glance_api_servers = http://$(addr "$s"):9292
enabled_backends = array-$L
periodic_fuzzy_delay = 0
default_volume_type = __DEFAULT__
backend_stats_polling_interval = 10
periodic_interval = 10
[array-$L]
volume_driver = edge.files.FilesDriver
volume_backend_name = array-$L
edge_pool_dir = $D/pool
edge_pool_name = pool-$L
[nova]
interface = public
$(login_options "$s" nova)
[service_user]
send_service_user_token = true
$(login_options "$s" cinder)
[coordination]
backend_url = file://$D/lock
$(token_options "$s" cinder volumev3)
$(common_options "$s" cinder)
C
}

write_neutron() {
    local s=$1 D=$STATE/$1
    cat > "$D/etc/neutron.conf" <<C
[DEFAULT]
use_stderr = true
bind_host = $(addr "$s")
bind_port = 9696
api_workers = 0
rpc_workers = 1
rpc_state_report_workers = 0
state_path = $D/tmp/neutron
transport_url = rabbit://sites:$SECRET@$MQ_ADDR:$MQ_PORT/$s
auth_strategy = keystone
core_plugin = ml2
service_plugins = router
api_paste_config = /usr/share/neutron-common/api-paste.ini
notify_nova_on_port_status_changes = true
notify_nova_on_port_data_changes = true
dhcp_agent_notification = false
global_physnet_mtu = 1500
[ml2]
type_drivers = local,flat,vlan,vxlan
tenant_network_types = vxlan
mechanism_drivers = edge
extension_drivers = port_security
[ml2_type_vxlan]
vni_ranges = 1:2000
[nova]
$(login_options "$s" nova)
[placement]
$(login_options "$s" nova)
$(token_options "$s" neutron network)
$(common_options "$s" neutron)
C
}

write_uwsgi() {     # write_uwsgi SITE SERVICE PORT: Keystone and Placement are WSGI programs
    cat > "$STATE/$1/etc/uwsgi-$2.ini" <<C
[uwsgi]
plugins-dir = /usr/lib/uwsgi/plugins
plugins = python3
http-socket = $(addr "$1"):$3
wsgi-file = $HERE/lib/wsgi_$2.py
master = true
processes = 1
threads = 4
enable-threads = true
lazy-apps = true
need-app = true
die-on-term = true
no-orphans = true
thunder-lock = true
buffer-size = 65535
listen = 100
disable-logging = true
log-5xx = true
add-header = Connection: close
worker-reload-mercy = 5
worker-exit-mercy = 5
procname-prefix-spaced = $1-$2
C
}

write_config() {
    local s=$1 D=$STATE/$1 n
    mkdir -p "$D"/{etc/policy.d,log,run,pool,images,guests,faults,lock,tmp}
    write_keys "$D"
    for n in keystone glance placement nova cinder neutron; do
        echo '{}' > "$D/etc/$n-policy.yaml"     # each service's own defaults
        "write_$n" "$s"
    done
    write_uwsgi "$s" keystone 5000
    write_uwsgi "$s" placement 8778
}

# Clouds site-a and site-b are the plain member; site-a-admin and site-b-admin may do all.
write_clouds() {
    local s user f=$STATE/clouds.yaml
    (umask 077
     echo "# Made by tests/openstack/sites/up."
     echo "clouds:"
     for s in $SITES; do
         for user in demo admin; do
             [ $user = demo ] && echo "  $s:" || echo "  $s-admin:"
             cat <<C
    region_name: $(region "$s")
    identity_api_version: 3
    auth_type: password
    auth:
      auth_url: http://$(addr "$s"):5000/v3
      username: $user
      password: $SECRET
      project_name: $user
      user_domain_name: Default
      project_domain_name: Default
C
         done
     done) > "$f.new"
    chmod 600 "$f.new"; mv "$f.new" "$f"
}
