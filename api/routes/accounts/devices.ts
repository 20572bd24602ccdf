import { z } from 'zod';
import { type Device, listDevices, putDevice, removeDevice } from '../../../shared/accounts/index.ts';
import { notFound } from '../../../shared/platform/errors.ts';
import { decodeCursor, PageQuery, page, pageOf } from '../../paging.ts';
import { defineRoute } from '../../route.ts';
import { ownCipher } from '../own-cipher.ts';
import { DeviceId, deviceFields, PushTokenField } from './fields.ts';
import { DeviceView, viewOfDevice } from './views.ts';

export const getDevices = defineRoute(
  {
    method: 'GET',
    path: '/me/devices',
    summary: 'List your devices',
    tag: 'accounts',
    who: 'user',
    query: PageQuery,
    response: pageOf(DeviceView),
  },
  {
    prepare: ownCipher,
    handle: async ({ tx, query: { limit, cursor }, prepared: cipher }) => {
      const after = decodeCursor(z.uuid(), cursor);
      const devices = await listDevices(tx, { limit: limit + 1, after });
      const item = (device: Device) => viewOfDevice(device, cipher);
      return { body: page(devices, limit, { item, key: ({ id }) => id }) };
    },
  },
);

export const registerDevice = defineRoute(
  {
    method: 'PUT',
    path: '/me/devices/{deviceId}',
    summary: 'Make a device known, or bring it up to date',
    description:
      'Without `pushToken` the one that is there stays; `null` takes it away. A token belongs to the device that registered it last.',
    tag: 'accounts',
    who: 'user',
    params: z.object({ deviceId: DeviceId }),
    body: z.strictObject({ ...deviceFields, pushToken: PushTokenField.nullish() }),
    response: DeviceView,
  },
  {
    prepare: ownCipher,
    handle: async ({ tx, user, params, body: { name, ...body }, clock, prepared: cipher }) => {
      const nameSealed = cipher.seal('device.name', name);
      const device = await putDevice(tx, user.id, { ...params, ...body, nameSealed }, clock.now());
      return { body: viewOfDevice(device, cipher) };
    },
  },
);

export const deleteDevice = defineRoute(
  {
    method: 'DELETE',
    path: '/me/devices/{deviceId}',
    summary: 'Forget a device',
    description: 'Ends every session on it, this one too if it is the device that asks.',
    tag: 'accounts',
    who: 'user',
    params: z.object({ deviceId: DeviceId }),
  },
  async ({ tx, params: { deviceId }, clock }) => {
    if (!(await removeDevice(tx, deviceId, clock.now()))) throw notFound('device');
    return {};
  },
);
