"""Nova's own fake virt driver, made to remember its guests across restarts.

Each guest is a file $SITE_DIR/guests/<server id>.json: its power state and what it was
booted with.  A disk whose file is not there is refused, as a hypervisor would refuse it.
"""
import json
import os

from nova import exception
from nova.virt import fake

from edge import fault


class GuestsDriver(fake.FakeDriver):
    vcpus = 64
    memory_mb = 262144
    local_gb = 4000

    def _path(self, uuid):
        return os.path.join(os.environ['SITE_DIR'], 'guests', uuid + '.json')

    def _load(self, uuid):
        with open(self._path(uuid)) as f:
            return json.load(f)

    def _save(self, uuid, guest):
        guest['state'] = self.instances[uuid].state
        with open(self._path(uuid) + '.new', 'w') as f:
            json.dump(guest, f, indent=1)
        os.rename(self._path(uuid) + '.new', self._path(uuid))

    def init_host(self, host):
        super().init_host(host)
        for n in os.listdir(os.path.dirname(self._path(''))):
            uuid, ext = os.path.splitext(n)
            if ext != '.json':
                continue
            g = self._load(uuid)
            self.instances[uuid] = fake.FakeInstance(g['name'], g['state'], uuid)
            self.resources.claim(vcpus=g['vcpus'], mem=g['memory_mb'], disk=g['root_gb'])

    def _disk(self, connection_info):
        path = connection_info['data']['device_path']
        if not os.path.exists(path):
            raise exception.InternalError('no disk at %s' % path)
        return path

    def spawn(self, context, instance, image_meta, injected_files, admin_password,
              allocations, network_info=None, block_device_info=None, power_on=True,
              accel_info=None):
        fault('nova.spawn')
        disks = [self._disk(b['connection_info'])
                 for b in (block_device_info or {}).get('block_device_mapping', [])]
        super().spawn(context, instance, image_meta, injected_files, admin_password,
                      allocations, network_info, block_device_info, power_on, accel_info)
        self._save(instance.uuid, {
            'name': instance.name, 'vcpus': instance.flavor.vcpus,
            'memory_mb': instance.flavor.memory_mb, 'root_gb': instance.flavor.root_gb,
            'disks': disks})

    def attach_volume(self, context, connection_info, instance, mountpoint, disk_bus=None,
                      device_type=None, encryption=None):
        disk = self._disk(connection_info)
        super().attach_volume(context, connection_info, instance, mountpoint, disk_bus,
                              device_type, encryption)
        if instance.uuid in self.instances:
            guest = self._load(instance.uuid)
            guest['disks'].append(disk)
            self._save(instance.uuid, guest)

    def detach_volume(self, context, connection_info, instance, mountpoint, encryption=None):
        super().detach_volume(context, connection_info, instance, mountpoint, encryption)
        if instance.uuid in self.instances:
            guest = self._load(instance.uuid)
            guest['disks'].remove(connection_info['data']['device_path'])
            self._save(instance.uuid, guest)

    def destroy(self, context, instance, *args, **kwargs):
        fault('nova.destroy')
        super().destroy(context, instance, *args, **kwargs)
        try:
            os.unlink(self._path(instance.uuid))
        except FileNotFoundError:
            pass

    def power_off(self, instance, timeout=0, retry_interval=0):
        super().power_off(instance, timeout, retry_interval)
        self._save(instance.uuid, self._load(instance.uuid))

    def power_on(self, context, instance, network_info, block_device_info=None,
                 accel_info=None):
        super().power_on(context, instance, network_info, block_device_info, accel_info)
        self._save(instance.uuid, self._load(instance.uuid))
