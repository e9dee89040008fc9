// A complete Kolumn provider: files and symbolic links in a folder, in Go.
//
// It has only the functions that handle one resource. Plans, states, drift and order are made from them by the host.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	wire "wire/kolumn/provider/v1"
)

const largest = 1 << 20

const schema = `{
  "name": "files",
  "version": "1.0.0",
  "category": "filesystem",
  "description": "Files and symbolic links in a folder.",
  "protocol_version": 1,
  "config_schema": {"attributes": {"folder": {"type": "string", "description": "Where they are; it has to exist.", "required": true}}},
  "supported_functions": ["CreateResource", "ReadResource", "UpdateResource", "DeleteResource", "DiscoverResources", "Ping", "Version"],
  "resource_types": [
    {"name": "file", "description": "A file with a text.", "config_schema": {"attributes": {
      "name": {"type": "string", "description": "Its path below the folder; the name of the resource when left out."},
      "content": {"type": "string", "description": "The text, at most 1 MiB.", "required": true, "validators": [{"type": "length", "value": {"max": 1048576}, "message": "at most 1 MiB"}]},
      "mode": {"type": "string", "description": "Who may do what with it, in octal.", "default": "0644", "validators": [{"type": "regex", "value": "^0[0-7]{3}$", "message": "four octal digits, 0644"}]}}},
     "state_schema": {"attributes": {"size": {"type": "int", "description": "In bytes.", "computed": true}}}},
    {"name": "link", "description": "A symbolic link to a file.", "holds_data": false, "config_schema": {"attributes": {
      "name": {"type": "string", "description": "Its path below the folder; the name of the resource when left out."},
      "target": {"type": "string", "description": "The file, or its name.", "required": true, "references": ["file"]}}},
     "state_schema": {"attributes": {}}}
  ]
}`

type object = map[string]interface{}

// What a user can put right: it becomes an answer, not a gRPC status.
type refused string

func (r refused) Error() string { return string(r) }

type request struct {
	ResourceType string `json:"resource_type"`
	Name         string
	Config       struct{ Content, Mode, Target *string }
	Filters      struct{ Names []string }
}

// One resource type, on paths that are known to be below the folder.
type handler struct {
	// nil when there is no such thing at the path.
	read  func(folder, path string) (object, error)
	write func(folder, path string, asked request) error
}

var handlers = map[string]handler{
	"file": {
		read: func(_, path string) (object, error) {
			info, err := os.Lstat(path)
			if err != nil || !info.Mode().IsRegular() {
				return nil, unlessAbsent(err)
			}
			content, err := os.ReadFile(path)
			return object{"content": string(content), "mode": fmt.Sprintf("%04o", info.Mode().Perm()), "size": info.Size()}, err
		},
		// Written beside its place and moved there: nobody ever reads half of it.
		write: func(_, path string, asked request) error {
			var mode fs.FileMode = 0o644
			if asked.Config.Content == nil {
				return refused("content is required: the text of the file")
			}
			if asked.Config.Mode != nil {
				if _, err := fmt.Sscanf(*asked.Config.Mode, "%o", &mode); err != nil {
					return refused("mode is in octal: 0644")
				}
			}
			fresh := path + unfinished
			defer os.Remove(fresh)
			return first(os.WriteFile(fresh, []byte(*asked.Config.Content), 0o600), func() error { return os.Chmod(fresh, mode) }, func() error { return os.Rename(fresh, path) })
		},
	},
	"link": {
		read: func(folder, path string) (object, error) {
			target, err := os.Readlink(path)
			if err != nil {
				return nil, nil
			}
			if named, err := filepath.Rel(folder, filepath.Join(filepath.Dir(path), target)); err == nil {
				target = named
			}
			return object{"target": target}, nil
		},
		write: func(folder, path string, asked request) error {
			if asked.Config.Target == nil {
				return refused("target is required: the name of a file")
			}
			relative, err := filepath.Rel(filepath.Dir(path), filepath.Join(folder, *asked.Config.Target))
			fresh := path + unfinished
			defer os.Remove(fresh)
			return first(err, func() error { return os.Symlink(relative, fresh) }, func() error { return os.Rename(fresh, path) })
		},
	},
}

// The end of a name, of what is written beside its place.
const unfinished = ".kolumn-new"

// Removes what one that was killed could not move to its place any more.
func sweep(path string, entry fs.DirEntry, err error) error {
	if err == nil && !entry.IsDir() && strings.HasSuffix(path, unfinished) {
		return os.Remove(path)
	}
	return err
}

func unlessAbsent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func first(err error, steps ...func() error) error {
	for _, step := range steps {
		if err != nil {
			return err
		}
		err = step()
	}
	return err
}

type provider struct {
	wire.UnimplementedProviderServer
	turn   sync.Mutex
	folder string
}

func (p *provider) Schema(context.Context, *wire.SchemaRequest) (*wire.SchemaResponse, error) {
	return &wire.SchemaResponse{Schema: []byte(schema)}, nil
}

func (p *provider) Configure(_ context.Context, in *wire.ConfigureRequest) (*wire.ConfigureResponse, error) {
	var config object
	if err := json.Unmarshal(in.Config, &config); err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return &wire.ConfigureResponse{Result: p.answer(func() (object, error) {
		name, _ := config["folder"].(string)
		folder, err := filepath.Abs(name)
		if info, missing := os.Stat(folder); err == nil && (name == "" || missing != nil || !info.IsDir()) {
			return nil, refused(fmt.Sprintf("folder has to be one that exists: %q is no folder", name))
		}
		p.folder = folder
		return nil, first(err, func() error { return filepath.WalkDir(folder, sweep) })
	})}, nil
}

func (p *provider) CallFunction(_ context.Context, in *wire.CallFunctionRequest) (*wire.CallFunctionResponse, error) {
	functions := map[string]func(request) (object, error){
		"CreateResource": p.create, "ReadResource": p.read, "UpdateResource": p.write, "DeleteResource": p.delete, "DiscoverResources": p.discover,
		"Ping":    func(request) (object, error) { _, err := os.Stat(p.folder); return object{"latency_ms": 0}, err },
		"Version": func(request) (object, error) { return object{"version": "1.0.0", "provider_name": "files"}, nil },
	}
	function, known := functions[in.Function]
	if !known {
		return nil, status.Errorf(codes.Unimplemented, "unsupported function: %s", in.Function)
	}
	var asked request
	if len(in.Input) > 0 {
		if err := json.Unmarshal(in.Input, &asked); err != nil {
			return nil, status.Error(codes.InvalidArgument, err.Error())
		}
	}
	if p.folder == "" && in.Function != "Ping" && in.Function != "Version" {
		return nil, status.Errorf(codes.FailedPrecondition, "%s was called before Configure", in.Function)
	}
	return &wire.CallFunctionResponse{Output: p.answer(func() (object, error) { return function(asked) })}, nil
}

func (p *provider) Close(context.Context, *wire.CloseRequest) (*wire.CloseResponse, error) {
	return &wire.CloseResponse{Result: p.answer(func() (object, error) { p.folder = ""; return nil, nil })}, nil
}

// One call at a time; what the user or the file system refuses is an answer.
func (p *provider) answer(work func() (object, error)) []byte {
	p.turn.Lock()
	defer p.turn.Unlock()
	answer, err := work()
	if answer == nil || err != nil {
		answer = object{}
	}
	answer["success"] = err == nil
	if err != nil {
		answer["error"], answer["code"] = err.Error(), "OPERATION_ERROR"
		if _, ours := err.(refused); ours {
			answer["code"] = "VALIDATION_ERROR"
		}
	}
	text, _ := json.Marshal(answer)
	return text
}

func (p *provider) find(asked request) (handler, string, error) {
	handler, known := handlers[strings.TrimPrefix(asked.ResourceType, "files_")]
	if !known {
		return handler, "", refused(fmt.Sprintf("there is no resource type %q", asked.ResourceType))
	}
	path := filepath.Join(p.folder, asked.Name)
	if asked.Name == "" || path == p.folder || !strings.HasPrefix(path, p.folder+string(filepath.Separator)) || strings.ContainsRune(asked.Name, 0) {
		return handler, "", refused(fmt.Sprintf("%q is no path below the folder", asked.Name))
	}
	return handler, path, nil
}

func (p *provider) create(asked request) (object, error) {
	_, path, err := p.find(asked)
	if _, absent := os.Lstat(path); err == nil && absent == nil {
		err = refused(path + " exists already")
	}
	if err = first(err, func() error { return os.MkdirAll(filepath.Dir(path), 0o755) }); err != nil {
		return nil, err
	}
	return p.write(asked)
}

func (p *provider) write(asked request) (object, error) {
	handler, path, err := p.find(asked)
	if err = first(err, func() error { return handler.write(p.folder, path, asked) }); err != nil {
		return nil, err
	}
	return p.read(asked)
}

func (p *provider) read(asked request) (object, error) {
	handler, path, err := p.find(asked)
	if err != nil {
		return nil, err
	}
	state, err := handler.read(p.folder, path)
	if state == nil || err != nil {
		return object{"exists": false}, err
	}
	state["name"] = asked.Name
	return object{"exists": true, "state": state}, nil
}

func (p *provider) delete(asked request) (object, error) {
	_, path, err := p.find(asked)
	return nil, unlessAbsent(first(err, func() error { return os.Remove(path) }))
}

func (p *provider) discover(asked request) (object, error) {
	kind := strings.TrimPrefix(asked.ResourceType, "files_")
	if _, known := handlers[kind]; !known && kind != "" && kind != "*" {
		return nil, refused(fmt.Sprintf("there is no resource type %q", asked.ResourceType))
	}
	found, warnings, names := []object{}, []string{}, asked.Filters.Names
	walk := func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(p.folder, path)
		if info, gone := entry.Info(); gone == nil && info.Size() > largest {
			warnings = append(warnings, fmt.Sprintf("%s is larger than 1 MiB and left out", name))
		} else {
			names = append(names, filepath.ToSlash(name))
		}
		return err
	}
	if names == nil {
		if err := filepath.WalkDir(p.folder, walk); err != nil {
			return nil, err
		}
	}
	for _, name := range names {
		for each := range handlers {
			answer, err := p.read(request{ResourceType: each, Name: name})
			if state, exists := answer["state"].(object); err == nil && exists && (each == kind || kind == "" || kind == "*") {
				found = append(found, object{"type": each, "name": name, "config": state, "state": state})
			}
		}
	}
	return object{"resources": found, "warnings": warnings}, nil
}

// Of the plugin's two sides only the serving one is ours.
type servedPlugin struct {
	plugin.NetRPCUnsupportedPlugin
	plugin.GRPCPlugin
}

func (servedPlugin) GRPCServer(_ *plugin.GRPCBroker, server *grpc.Server) error {
	wire.RegisterProviderServer(server, &provider{})
	return nil
}

// go-plugin speaks the handshake of docs/protocol.md, with mutual TLS on a socket.
func main() {
	const cookie, value = "KOLUMN_PLUGIN", "kolumn-provider-plugin"
	if os.Getenv(cookie) != value {
		if text, known := map[string]string{"--schema": schema, "--version": "1.0.0"}[strings.Join(os.Args[1:], " ")]; known {
			fmt.Println(text)
			return
		}
		fmt.Fprintln(os.Stderr, "This is a provider of Kolumn 1.0.0: kolumn starts it. Try --schema or --version.")
		os.Exit(1)
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: plugin.HandshakeConfig{ProtocolVersion: 1, MagicCookieKey: cookie, MagicCookieValue: value},
		Plugins:         map[string]plugin.Plugin{"provider": servedPlugin{}},
		GRPCServer: func(options []grpc.ServerOption) *grpc.Server {
			return grpc.NewServer(append(options, grpc.MaxRecvMsgSize(64<<20))...)
		},
	})
}
