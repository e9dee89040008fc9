// grpc-js as the server of the interop tests: node server.js <probe.proto> <host:0 | unix:path>
// Prints "listening <port>" and serves until its standard input closes.
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [protoPath, target] = process.argv.slice(2);
const definition = loader.loadSync(protoPath, { keepCase: true, defaults: true });
const { Probe } = grpc.loadPackageDefinition(definition).kolumn.grpc.tests;

// What the request's metadata comes back as: in the headers and in the trailers.
function reflect(metadata) {
  const reflected = new grpc.Metadata();
  for (const key of ['probe-text', 'probe-bin']) {
    for (const value of metadata.get(key)) {
      reflected.add(key, value);
    }
  }
  return reflected;
}

function echo(call, callback) {
  switch (call.metadata.get('do')[0]) {
    case 'fail': {
      const metadata = new grpc.Metadata();
      metadata.add('reason-bin', Buffer.from([0, 255]));
      callback({ code: grpc.status.FAILED_PRECONDITION, details: 'größe: 100 % \u{1F600}', metadata });
      break;
    }
    case 'wait':
      call.on('cancelled', () => console.log('cancelled'));
      break;
    default:
      call.sendMetadata(reflect(call.metadata));
      callback(null, { payload: call.request.payload, index: 7 }, reflect(call.metadata));
  }
}

function repeat(call) {
  for (let index = 0; index < call.request.count; index++) {
    call.write({ payload: call.request.payload, index });
  }
  if (call.metadata.get('do')[0] === 'fail') {
    call.emit('error', { code: grpc.status.DATA_LOSS, details: 'größe' });
  } else {
    call.end();
  }
}

const server = new grpc.Server({
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
  'grpc.default_compression_algorithm': 2,
});
server.addService(Probe.service, { Echo: echo, Repeat: repeat });
server.bindAsync(target, grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    throw error;
  }
  console.log(`listening ${port}`);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
