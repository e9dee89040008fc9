"""A complete Kolumn provider: tables and indexes of an SQLite file, in Python.

It has only the functions that handle one resource. Plans, states, drift and order are made from them by the host.
"""
import datetime
import json
import os
import sqlite3
import sys
import threading
from base64 import b64encode
from concurrent import futures

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import kolumn.provider.v1.provider_pb2 as wire
import kolumn.provider.v1.provider_pb2_grpc as services

NAME = {"type": "string", "description": "Its name in the database; that of the resource when left out."}
COLUMN = {
    "name": {"type": "string", "description": "Its name.", "required": True},
    "type": {"type": "string", "description": "As SQLite spells it: INTEGER, TEXT, …", "required": True,
             "validators": [{"type": "regex", "value": "^[A-Za-z][A-Za-z0-9_ ]*$", "message": "a type is made of words"}]},
    "not_null": {"type": "bool", "description": "Whether every row needs a value.", "default": False},
    "primary_key": {"type": "bool", "description": "Whether it is part of the key.", "default": False},
}
SCHEMA = {
    "name": "pysqlite",
    "version": "1.0.0",
    "category": "database",
    "description": "Tables and indexes of an SQLite file.",
    "protocol_version": 1,
    "config_schema": {"attributes": {"database": {"type": "string", "description": "The file's path.", "required": True}}},
    "supported_functions": ["CreateResource", "ReadResource", "UpdateResource", "DeleteResource", "DiscoverResources", "Ping", "Version"],
    "resource_types": [
        {
            "name": "table",
            "description": "A table.",
            "config_schema": {"attributes": {
                "name": NAME,
                "columns": {"type": "list", "description": "Its columns, in order.", "required": True, "elem": {"type": "object", "attributes": COLUMN}},
            }},
            "state_schema": {"attributes": {"rows": {"type": "int", "description": "How many rows it has.", "computed": True}}},
        },
        {
            "name": "index",
            "description": "An index of a table.",
            # A host deletes and creates again what cannot be updated, and asks nobody whether that may be.
            "holds_data": False,
            "operations": ["create", "read", "delete", "discover"],
            "config_schema": {"attributes": {
                "name": NAME,
                "table": {"type": "string", "description": "The table, or its name.", "required": True, "references": ["table"]},
                "columns": {"type": "list", "description": "What it sorts by.", "required": True, "elem": {"type": "string"}},
                "unique": {"type": "bool", "description": "Whether no two rows may be equal in them.", "default": False},
            }},
            "state_schema": {"attributes": {}},
        },
    ],
}


class Refused(Exception):
    """What a user can put right: it becomes an answer, not a gRPC status."""


def quote(name):
    return '"' + name.replace('"', '""') + '"'


class Tables:
    def __init__(self, database):
        self.database = database

    def names(self):
        return [row[0] for row in self.database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")]

    def read(self, name):
        columns = self.database.execute('SELECT name, type, "notnull", pk FROM pragma_table_info(?) ORDER BY cid', (name,)).fetchall()
        if not columns:
            return None
        return {
            "name": name,
            "columns": [{"name": c[0], "type": c[1], "not_null": bool(c[2]), "primary_key": c[3] > 0} for c in columns],
            "rows": self.database.execute(f"SELECT count(*) FROM {quote(name)}").fetchone()[0],
        }

    def create(self, name, config):
        lines = [f"{quote(c['name'])} {c['type']}" + (" NOT NULL" if c.get("not_null") else "") for c in config["columns"]]
        key = [quote(c["name"]) for c in config["columns"] if c.get("primary_key")]
        if key:
            lines.append(f"PRIMARY KEY ({', '.join(key)})")
        self.database.execute(f"CREATE TABLE {quote(name)} ({', '.join(lines)})")

    def update(self, name, config):
        """SQLite changes few things of a table in place: a new one takes over the rows, and the old one's indexes."""
        wanted = {c["name"] for c in config["columns"]}
        shared = ", ".join(quote(c["name"]) for c in self.read(name)["columns"] if c["name"] in wanted)
        indexes = self.database.execute("SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", (name,)).fetchall()
        made = name + "_kolumn_new"
        self.create(made, config)
        if shared:
            self.database.execute(f"INSERT INTO {quote(made)} ({shared}) SELECT {shared} FROM {quote(name)}")
        self.database.execute(f"DROP TABLE {quote(name)}")
        self.database.execute(f"ALTER TABLE {quote(made)} RENAME TO {quote(name)}")
        for (statement,) in indexes:
            self.database.execute(statement)

    def delete(self, name):
        self.database.execute(f"DROP TABLE IF EXISTS {quote(name)}")


class Indexes:
    def __init__(self, database):
        self.database = database

    def names(self):
        # Those without a statement are parts of a table's own constraints.
        return [row[0] for row in self.database.execute("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")]

    def read(self, name):
        found = self.database.execute(
            "SELECT i.tbl_name, l.\"unique\" FROM sqlite_schema i, pragma_index_list(i.tbl_name) l WHERE i.type = 'index' AND i.name = ? AND l.name = i.name", (name,)).fetchone()
        if not found:
            return None
        columns = [row[0] for row in self.database.execute("SELECT name FROM pragma_index_info(?) ORDER BY seqno", (name,))]
        return {"name": name, "table": found[0], "columns": columns, "unique": bool(found[1])}

    def create(self, name, config):
        unique = "UNIQUE " if config.get("unique") else ""
        self.database.execute(f"CREATE {unique}INDEX {quote(name)} ON {quote(config['table'])} ({', '.join(map(quote, config['columns']))})")

    def delete(self, name):
        self.database.execute(f"DROP INDEX IF EXISTS {quote(name)}")


class Provider(services.ProviderServicer):
    def __init__(self):
        self.lock = threading.Lock()
        self.database = None
        self.types = {}

    def Schema(self, request, context):
        return wire.SchemaResponse(schema=dump(SCHEMA))

    def Configure(self, request, context):
        return wire.ConfigureResponse(result=dump(self.answer(lambda: self.connect(parse(request.config, context)))))

    def CallFunction(self, request, context):
        function = {
            "CreateResource": self.create, "ReadResource": self.read, "UpdateResource": self.update, "DeleteResource": self.delete,
            "DiscoverResources": self.discover, "Ping": self.ping, "Version": lambda _: {"version": SCHEMA["version"], "provider_name": SCHEMA["name"]},
        }.get(request.function)
        if function is None:
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f"unsupported function: {request.function}")
        asked = parse(request.input or b"{}", context)
        for member, kind in (("resource_type", str), ("name", str), ("config", dict)):
            if not isinstance(asked.get(member), (kind, type(None))):
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"{member} is not a {kind.__name__}")
        if self.database is None and request.function not in ("Ping", "Version"):
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"{request.function} was called before Configure")
        return wire.CallFunctionResponse(output=dump(self.answer(lambda: function(asked))))

    def Close(self, request, context):
        return wire.CloseResponse(result=dump(self.answer(self.disconnect)))

    def answer(self, work):
        """One call at a time, each a transaction: what is refused leaves nothing behind."""
        with self.lock:
            try:
                answer = {"success": True, **(work() or {})}
                if self.database:
                    self.database.commit()
                return answer
            except (Refused, sqlite3.Error) as refusal:
                if self.database:
                    self.database.rollback()
                return {"success": False, "code": "VALIDATION_ERROR" if isinstance(refusal, Refused) else "OPERATION_ERROR", "error": str(refusal)}

    def connect(self, config):
        if not isinstance(config.get("database"), str):
            raise Refused("database is required: the path of the SQLite file")
        self.disconnect()
        self.database = sqlite3.connect(config["database"], check_same_thread=False, timeout=10)
        # The module would otherwise commit ahead of every CREATE and DROP by itself.
        self.database.isolation_level = None
        self.database.execute("SELECT count(*) FROM sqlite_schema")
        self.types = {"table": Tables(self.database), "index": Indexes(self.database)}

    def disconnect(self):
        if self.database:
            self.database.close()
        self.database, self.types = None, {}

    def handler(self, asked):
        name = asked.get("resource_type", "").removeprefix(SCHEMA["name"] + "_")
        if name not in self.types:
            raise Refused(f"there is no resource type \"{name}\"")
        return self.types[name]

    def create(self, asked):
        self.database.execute("BEGIN IMMEDIATE")
        self.handler(asked).create(asked["name"], asked["config"])
        return {"resource_id": asked["name"], "state": self.handler(asked).read(asked["name"])}

    def read(self, asked):
        state = self.handler(asked).read(asked["name"])
        return {"exists": state is not None, **({"state": state} if state else {})}

    def update(self, asked):
        if not hasattr(self.handler(asked), "update"):
            raise Refused(f"an {asked['resource_type']} cannot be updated, only deleted and created again")
        self.database.execute("BEGIN IMMEDIATE")
        self.handler(asked).update(asked["name"], asked["config"])
        return {"state": self.handler(asked).read(asked["name"])}

    def delete(self, asked):
        self.database.execute("BEGIN IMMEDIATE")
        self.handler(asked).delete(asked["name"])

    def discover(self, asked):
        wanted = (asked.get("filters") or {}).get("names")
        found = []
        for type_name in [asked["resource_type"]] if asked.get("resource_type", "*") not in ("", "*") else self.types:
            handler = self.handler({"resource_type": type_name})
            for name in handler.names():
                if wanted is None or name in wanted:
                    state = handler.read(name)
                    found.append({"type": type_name, "name": name, "config": {k: v for k, v in state.items() if k != "rows"}, "state": state})
        return {"resources": found}

    def ping(self, _):
        if self.database is None:
            raise Refused("not configured")
        return {"latency_ms": 0, "message": self.database.execute("SELECT sqlite_version()").fetchone()[0]}


def dump(value):
    return json.dumps(value).encode()


def parse(text, context):
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as malformed:
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(malformed))
    if not isinstance(value, dict):
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, "a JSON object is expected")
    return value


def certificate():
    """A certificate for as long as this process lives; the host is told it by the handshake and accepts no other."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.utcnow()
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5)).not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem, made.public_bytes(serialization.Encoding.PEM), made.public_bytes(serialization.Encoding.DER)


def serve():
    """docs/protocol.md: listen, print one line, serve until stdin ends."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4), options=[("grpc.max_receive_message_length", 64 << 20), ("grpc.so_reuseport", 0)])
    services.add_ProviderServicer_to_server(Provider(), server)
    if os.environ.get("KOLUMN_PLUGIN_TRANSPORT") == "unix":
        path = os.path.join(os.environ["PLUGIN_UNIX_SOCKET_DIR"], "provider.sock")
        server.add_insecure_port("unix:" + path)
        line = f"1|1|unix|{path}|grpc|"
    else:
        key, pem, der = certificate()
        client = os.environ["PLUGIN_CLIENT_CERT"].encode()
        port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(key, pem)], client, require_client_auth=True))
        line = f"1|1|tcp|127.0.0.1:{port}|grpc|{b64encode(der).decode().rstrip('=')}"
    server.start()
    print(line, flush=True)
    sys.stdin.buffer.read()
    server.stop(grace=1).wait()


if __name__ == "__main__":
    if os.environ.get("KOLUMN_PLUGIN") == "kolumn-provider-plugin":
        serve()
    elif sys.argv[1:] == ["--schema"]:
        print(json.dumps(SCHEMA, indent=2))
    elif sys.argv[1:] == ["--version"]:
        print(SCHEMA["version"])
    else:
        sys.exit(f"This is a provider of Kolumn {SCHEMA['version']}: kolumn starts it. Try --schema or --version.")
