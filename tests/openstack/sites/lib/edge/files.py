"""A Cinder back end that keeps volumes as sparse files in a folder: the site's array.

Volumes, snapshots, clones and volumes from a raw image; the data is really there.  It
needs no kernel module and no privileges, so that it runs in any container.
"""
import os
import subprocess

from cinder import exception
from cinder import interface
from cinder.objects import fields
from cinder.volume import configuration
from cinder.volume import driver
from oslo_config import cfg

from edge import fault

GIB = 1024 ** 3
CAPACITY_GIB = 2000

opts = [
    cfg.StrOpt('edge_pool_dir', help='Folder that holds the volume files.'),
    cfg.StrOpt('edge_pool_name', default='pool', help='Pool name.'),
]
cfg.CONF.register_opts(opts, group=configuration.SHARED_CONF_GROUP)


def copy(src, dst, size_gib=0):
    subprocess.check_call(['cp', '--sparse=always', '--reflink=auto', '--', src, dst])
    grow(dst, size_gib)


def grow(path, size_gib):
    if os.path.getsize(path) < size_gib * GIB:
        os.truncate(path, size_gib * GIB)


def remove(path):
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


@interface.volumedriver
class FilesDriver(driver.VolumeDriver):
    VERSION = '1.0'
    CI_WIKI_NAME = 'none'

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.configuration.append_config_values(opts)

    def _path(self, obj):
        return os.path.join(self.configuration.edge_pool_dir, obj.name)

    def _replication(self, volume):
        """What a volume's own type says of replication, as the model update that tells Cinder."""
        specs = (volume.volume_type.extra_specs or {}) if volume.volume_type else {}
        on = specs.get('replication_enabled', '').lower() == '<is> true'
        return {'replication_status': fields.ReplicationStatus.ENABLED if on
                else fields.ReplicationStatus.DISABLED}

    def check_for_setup_error(self):
        os.makedirs(self.configuration.edge_pool_dir, exist_ok=True)

    def _update_volume_stats(self):
        pool = self.configuration.edge_pool_dir
        used = round(sum(os.path.getsize(os.path.join(pool, n)) for n in os.listdir(pool)) / GIB, 2)
        replication = {'replication_enabled': True, 'replication_type': ['async']}
        self._stats = dict(replication, **{
            'volume_backend_name': self.configuration.safe_get('volume_backend_name'),
            'vendor_name': 'none', 'driver_version': self.VERSION, 'storage_protocol': 'file',
            'pools': [dict(replication, **{
                'pool_name': self.configuration.edge_pool_name,
                'total_capacity_gb': CAPACITY_GIB,
                'free_capacity_gb': max(0, CAPACITY_GIB - used),
                'allocated_capacity_gb': used,
                'reserved_percentage': 0,
                'thick_provisioning_support': True,
                'thin_provisioning_support': False,
            })],
        })

    def create_volume(self, volume):
        fault('cinder.create_volume')
        with open(self._path(volume), 'xb') as f:
            f.truncate(volume.size * GIB)
        return self._replication(volume)

    def clone_image(self, context, volume, image_location, image_meta, image_service):
        fault('cinder.create_volume')
        if image_meta.get('disk_format') != 'raw':
            raise exception.ImageUnacceptable(image_id=image_meta['id'], reason='not raw')
        with open(self._path(volume), 'wb') as f:
            image_service.download(context, image_meta['id'], f)
        grow(self._path(volume), volume.size)
        return self._replication(volume), True

    def create_volume_from_snapshot(self, volume, snapshot):
        fault('cinder.create_volume')
        copy(self._path(snapshot), self._path(volume), volume.size)
        return self._replication(volume)

    def create_cloned_volume(self, volume, src_vref):
        fault('cinder.create_volume')
        copy(self._path(src_vref), self._path(volume), volume.size)
        return self._replication(volume)

    def delete_volume(self, volume):
        fault('cinder.delete_volume')
        remove(self._path(volume))

    def extend_volume(self, volume, new_size):
        grow(self._path(volume), new_size)

    def create_snapshot(self, snapshot):
        copy(self._path(snapshot.volume), self._path(snapshot))

    def delete_snapshot(self, snapshot):
        remove(self._path(snapshot))

    def ensure_export(self, context, volume):
        pass

    def create_export(self, context, volume, connector):
        pass

    def remove_export(self, context, volume):
        pass

    def initialize_connection(self, volume, connector, **kwargs):
        return {'driver_volume_type': 'local', 'data': {'device_path': self._path(volume)}}

    def terminate_connection(self, volume, connector, **kwargs):
        pass
