'use strict';
const grpc = require('@grpc/grpc-js');
const service = require('./service');

const server = new grpc.Server();
server.addService(service, { callFunction: (call, done) => done(null, call.request) });
server.bindAsync(`unix:${process.argv[2]}`, grpc.ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
  console.log('ready');
});
