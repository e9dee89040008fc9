// A complete Kolumn provider: strings and hashes of a Redis server, in JavaScript.
//
// It has only the functions that handle one resource. Plans, states, drift and order are made from them by the host.
'use strict';

const crypto = require('node:crypto');
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
const protobuf = require('protobufjs');
const redis = require('redis');
const proto = require('../../protos/kolumn/provider/v1/provider.proto');

const name = { type: 'string', description: 'The key; the name of the resource when left out.' };
const SCHEMA = {
  name: 'redis',
  version: '1.0.0',
  category: 'database',
  description: 'Strings and hashes of a Redis server.',
  protocol_version: 1,
  config_schema: {
    attributes: {
      url: { type: 'string', description: 'redis://host:port/database, or unix:///path of its socket.', required: true },
      password: { type: 'string', description: 'Its password.', sensitive: true },
      prefix: { type: 'string', description: 'Stands before every key and is no part of a name: what does not begin with it is nobody\'s business.', default: '' },
    },
  },
  supported_functions: ['CreateResource', 'ReadResource', 'UpdateResource', 'DeleteResource', 'DiscoverResources', 'Ping', 'Version'],
  resource_types: [
    {
      name: 'string',
      description: 'A key with a text.',
      config_schema: { attributes: { name, value: { type: 'string', description: 'The text.', required: true } } },
      state_schema: { attributes: { length: { type: 'int', description: 'Of the text, in bytes.', computed: true } } },
    },
    {
      name: 'hash',
      description: 'A key with fields.',
      config_schema: {
        attributes: {
          name,
          fields: {
            type: 'map', description: 'Texts by the names of the fields; at least one, since Redis has no empty hashes.', required: true, elem: { type: 'string' },
          },
        },
      },
      state_schema: { attributes: { count: { type: 'int', description: 'How many fields there are.', computed: true } } },
    },
  ],
};

/** What a user can put right: it becomes an answer, not a gRPC status. */
class Refused extends Error {}

// Writing is the same for a new key and an old one, and never leaves half of it behind.
const TYPES = {
  string: {
    async read(client, key) {
      const value = await client.get(key);
      return value === null ? null : { value, length: Buffer.byteLength(value) };
    },
    write: (client, key, config) => client.set(key, config.value),
  },
  hash: {
    async read(client, key) {
      const fields = await client.hGetAll(key);
      const count = Object.keys(fields).length;
      return count === 0 ? null : { fields: { ...fields }, count };
    },
    write(client, key, config) {
      if (Object.keys(config.fields).length === 0) throw new Refused('a hash needs at least one field');
      return client.multi().del(key).hSet(key, config.fields).exec();
    },
  },
};

let client = null;
let prefix = '';

/** The type's implementation and the key, if that holds nothing of another type. */
async function find(request) {
  const type = TYPES[(request.resource_type ?? '').replace(/^redis_/, '')];
  if (!type) throw new Refused(`there is no resource type "${request.resource_type}"`);
  return { type, key: prefix + request.name };
}

async function read({ type, key }, wantedName) {
  const state = await type.read(client, key);
  return state && { name: wantedName, ...state };
}

async function write(request) {
  const found = await find(request);
  await found.type.write(client, found.key, request.config);
  return { resource_id: found.key, state: await read(found, request.name) };
}

const FUNCTIONS = {
  async CreateResource(request) {
    const { key } = await find(request);
    const held = await client.type(key);
    if (held !== 'none') throw new Refused(`the key ${key} holds a ${held} already`);
    return write(request);
  },

  async ReadResource(request) {
    const found = await find(request);
    const state = (await client.type(found.key)) === typeName(found.type) ? await read(found, request.name) : null;
    return { exists: state !== null, ...(state && { state }) };
  },

  UpdateResource: write,

  async DeleteResource(request) {
    await client.del((await find(request)).key);
  },

  async DiscoverResources(request) {
    const names = request.filters?.names;
    const types = ['', '*', undefined].includes(request.resource_type) ? Object.values(TYPES) : [(await find(request)).type];
    const resources = [];
    for (const type of types) {
      for (const key of names ? names.map((n) => prefix + n) : await keysOf(type)) {
        const found = key.slice(prefix.length);
        const { state } = await FUNCTIONS.ReadResource({ resource_type: typeName(type), name: found });
        if (state) {
          const { length, count, ...config } = state;
          resources.push({ type: typeName(type), name: found, config, state });
        }
      }
    }
    return { resources };
  },

  async Ping() {
    if (!client) throw new Refused('not configured');
    const start = performance.now();
    await client.ping();
    return { latency_ms: Math.round(performance.now() - start), message: /redis_version:(\S+)/.exec(await client.info('server'))[1] };
  },

  async Version() {
    return { version: SCHEMA.version, provider_name: SCHEMA.name };
  },
};

function typeName(type) {
  return Object.keys(TYPES).find((n) => TYPES[n] === type);
}

async function keysOf(type) {
  const keys = new Set();
  const pattern = prefix.replace(/[*?[\]\\]/g, '\\$&') + '*';
  for await (const key of client.scanIterator({ MATCH: pattern, TYPE: typeName(type), COUNT: 1000 })) keys.add(key);
  return [...keys].sort();
}

async function configure(config) {
  for (const [attribute, { type, required, description }] of Object.entries(SCHEMA.config_schema.attributes)) {
    const value = config[attribute] ?? null;
    if (value === null ? required : typeof value !== type) throw new Refused(`${attribute} ${value === null ? 'is required' : `must be a ${type}`}: ${description}`);
  }
  const socket = config.url.startsWith('unix://') ? { path: config.url.slice('unix://'.length) } : undefined;
  const next = redis.createClient({ ...(socket ? {} : { url: config.url }), password: config.password, socket: { ...socket, reconnectStrategy: false, connectTimeout: 10000 } });
  next.on('error', (problem) => console.error(problem.message));
  await next.connect();
  await close();
  client = next;
  prefix = config.prefix ?? '';
}

async function close() {
  const former = client;
  client = null;
  await former?.quit().catch(() => {});
}

/** An answer with the envelope: whatever Redis refuses is told, whatever is a defect of this file is a gRPC status. */
async function answer(work) {
  try {
    return JSON.stringify({ success: true, ...(await work()) });
  } catch (problem) {
    if (problem instanceof TypeError || problem instanceof ReferenceError) throw problem;
    return JSON.stringify({ success: false, code: problem instanceof Refused ? 'VALIDATION_ERROR' : 'OPERATION_ERROR', error: problem.message });
  }
}

function parse(bytes) {
  let value;
  try {
    value = JSON.parse(bytes.length ? bytes.toString() : '{}');
  } catch (malformed) {
    throw status(grpc.status.INVALID_ARGUMENT, malformed.message);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw status(grpc.status.INVALID_ARGUMENT, 'a JSON object is expected');
  return value;
}

function status(code, details) {
  return Object.assign(new Error(details), { code, details });
}

const PROVIDER = {
  Schema: async () => ({ schema: Buffer.from(JSON.stringify(SCHEMA)) }),

  async Configure({ config }) {
    const wanted = parse(config);
    return { result: Buffer.from(await answer(() => configure(wanted))) };
  },

  async CallFunction({ function: called, input }) {
    if (!Object.hasOwn(FUNCTIONS, called)) throw status(grpc.status.UNIMPLEMENTED, `unsupported function: ${called}`);
    const request = parse(input);
    for (const [member, type] of [['resource_type', 'string'], ['name', 'string'], ['config', 'object']]) {
      const given = request[member] ?? null;
      if (given !== null && (typeof given !== type || Array.isArray(given))) throw status(grpc.status.INVALID_ARGUMENT, `${member} is no ${type}`);
    }
    if (!client && called !== 'Ping' && called !== 'Version') throw status(grpc.status.FAILED_PRECONDITION, `${called} was called before Configure`);
    return { output: Buffer.from(await answer(() => FUNCTIONS[called](request))) };
  },

  Close: async () => ({ result: Buffer.from(await answer(close)) }),
};

/** One element of DER: ITU-T X.690. */
function der(tag, ...content) {
  const body = Buffer.concat(content);
  const length = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

/** A certificate for as long as this process lives, which node cannot make by itself; the host is told it by the handshake and accepts no other. */
function certificate() {
  const { privateKey, publicKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const bytes = (hex) => Buffer.from(hex, 'hex');
  const time = (date) => der(0x17, Buffer.from(date.toISOString().replace(/^20|[-T:]|\.\d+/g, '')));
  const algorithm = der(0x30, bytes('06082a8648ce3d040302')); // ecdsa-with-SHA256
  const localhost = der(0x30, der(0x31, der(0x30, bytes('0603550403'), der(0x0c, Buffer.from('localhost')))));
  const validity = der(0x30, time(new Date(Date.now() - 5 * 60000)), time(new Date(Date.now() + 30 * 86400000)));
  const alternative = der(0x30, bytes('0603551d11'), der(0x04, der(0x30, der(0x82, Buffer.from('localhost')))));
  const serial = der(0x02, Buffer.concat([Buffer.from([1]), crypto.randomBytes(15)]));
  const signed = der(0x30, der(0xa0, bytes('020102')), serial, algorithm, localhost, validity, localhost,
    publicKey.export({ type: 'spki', format: 'der' }), der(0xa3, der(0x30, alternative)));
  const raw = der(0x30, signed, algorithm, der(0x03, Buffer.from([0]), crypto.sign('sha256', signed, privateKey)));
  const pem = `-----BEGIN CERTIFICATE-----\n${raw.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
  return { raw, pem: Buffer.from(pem), key: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
}

/** docs/protocol.md: listen, print one line, serve until stdin ends. */
function serve() {
  const server = new grpc.Server({ 'grpc.max_receive_message_length': 64 << 20, 'grpc.max_send_message_length': -1 });
  const messages = protobuf.parse(proto, { keepCase: true }).root.toJSON();
  const service = loader.fromJSON(messages, { keepCase: true })['kolumn.provider.v1.Provider'];
  server.addService(service, Object.fromEntries(Object.entries(PROVIDER).map(([method, run]) => [
    method, (call, done) => run(call.request).then((reply) => done(null, reply), (problem) => done(problem.code ? problem : status(grpc.status.INTERNAL, problem.stack))),
  ])));

  let line = '1|1|';
  let [address, credentials] = ['', null];
  if (process.env.KOLUMN_PLUGIN_TRANSPORT === 'unix') {
    const socket = path.join(process.env.PLUGIN_UNIX_SOCKET_DIR, 'provider.sock');
    [address, credentials] = [`unix:${socket}`, grpc.ServerCredentials.createInsecure()];
    line += `unix|${socket}|grpc|`;
  } else {
    const { raw, pem, key } = certificate();
    [address, credentials] = ['127.0.0.1:0', grpc.ServerCredentials.createSsl(Buffer.from(process.env.PLUGIN_CLIENT_CERT), [{ private_key: Buffer.from(key), cert_chain: pem }], true)];
    line += `tcp|127.0.0.1:PORT|grpc|${raw.toString('base64').replace(/=+$/, '')}`;
  }
  server.bindAsync(address, credentials, (problem, port) => {
    if (problem) throw problem;
    process.stdout.write(line.replace('PORT', String(port)) + '\n');
  });
  process.stdin.resume().on('end', () => process.exit(0));
}

const argument = process.argv[2];
if (process.env.KOLUMN_PLUGIN === 'kolumn-provider-plugin') serve();
else if (argument === '--schema') console.log(JSON.stringify(SCHEMA, null, 2));
else if (argument === '--version') console.log(SCHEMA.version);
else {
  console.error(`This is a provider of Kolumn ${SCHEMA.version}: kolumn starts it. Try --schema or --version.`);
  process.exitCode = 1;
}
