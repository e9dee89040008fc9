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
	"strconv"
	"strings"
	"sync"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	wire "wire/kolumn/provider/v1"
)

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
	Config       struct {
		Content      *string
		Mode, Target string
	}
	Filters struct{ Names []string }
}

// What was asked of a resource, whose path is known to be below the folder.
type task struct {
	request
	handler
	folder, path string
}

// One resource type.
type handler struct {
	// nil when there is no such thing at the path.
	read  func(task) (object, error)
	write func(task) error
}

var handlers = map[string]handler{
	"file": {
		read: func(t task) (object, error) {
			info, err := os.Lstat(t.path)
			if err != nil || !info.Mode().IsRegular() {
				return nil, unlessAbsent(err)
			}
			if info.Size() > 1<<20 {
				return nil, refused(t.path + " is larger than 1 MiB, which is not managed")
			}
			content, err := os.ReadFile(t.path)
			return object{"content": string(content), "mode": fmt.Sprintf("%04o", info.Mode().Perm()), "size": info.Size()}, err
		},
		write: func(t task) error {
			mode, err := strconv.ParseUint(t.Config.Mode, 8, 32)
			if t.Config.Content == nil || err != nil {
				return refused("content is required, a text, and mode is in octal: 0644")
			}
			return replace(t.path, func(fresh string) error {
				if err := os.WriteFile(fresh, []byte(*t.Config.Content), 0o600); err != nil {
					return err
				}
				return os.Chmod(fresh, fs.FileMode(mode))
			})
		},
	},
	"link": {
		read: func(t task) (object, error) {
			target, err := os.Readlink(t.path)
			if err != nil {
				return nil, nil
			}
			if !filepath.IsAbs(target) {
				target, err = filepath.Rel(t.folder, filepath.Join(filepath.Dir(t.path), target))
			}
			return object{"target": target}, err
		},
		write: func(t task) error {
			relative, err := filepath.Rel(filepath.Dir(t.path), filepath.Join(t.folder, t.Config.Target))
			if t.Config.Target == "" || err != nil {
				return refused("target is required: the name of a file")
			}
			return replace(t.path, func(fresh string) error { return os.Symlink(relative, fresh) })
		},
	},
}

const unfinished = ".kolumn-new"

// Made beside its place and moved there: nobody ever sees half of it. One that was killed may have left its half, which goes first.
func replace(path string, make func(fresh string) error) error {
	fresh := path + unfinished
	os.Remove(fresh)
	defer os.Remove(fresh)
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = make(fresh)
	}
	if err == nil {
		err = os.Rename(fresh, path)
	}
	return err
}

func unlessAbsent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func create(t task) (object, error) {
	if _, err := os.Lstat(t.path); err == nil {
		return nil, refused(t.path + " exists already")
	}
	return update(t)
}

func update(t task) (object, error) {
	if err := t.write(t); err != nil {
		return nil, err
	}
	return read(t)
}

func read(t task) (object, error) {
	state, err := t.read(t)
	if state == nil || err != nil {
		return object{"exists": false}, err
	}
	state["name"] = t.Name
	return object{"exists": true, "state": state}, nil
}

func remove(t task) (object, error) {
	return nil, unlessAbsent(os.Remove(t.path))
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
		if info, missing := os.Stat(folder); err != nil || name == "" || missing != nil || !info.IsDir() {
			return nil, refused(fmt.Sprintf("folder has to be one that exists: %q is no folder", name))
		}
		p.folder = folder
		return nil, nil
	})}, nil
}

func (p *provider) CallFunction(_ context.Context, in *wire.CallFunctionRequest) (*wire.CallFunctionResponse, error) {
	functions := map[string]func(request) (object, error){
		"CreateResource": p.on(create), "ReadResource": p.on(read), "UpdateResource": p.on(update), "DeleteResource": p.on(remove), "DiscoverResources": p.discover,
		"Ping":    func(request) (object, error) { _, err := os.Stat(p.folder); return object{"latency_ms": 0}, err },
		"Version": func(request) (object, error) { return object{"version": "1.0.0", "provider_name": "files"}, nil },
	}
	function, known := functions[in.Function]
	if !known {
		return nil, status.Errorf(codes.Unimplemented, "unsupported function: %s", in.Function)
	}
	var asked request
	asked.Config.Mode = "0644"
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
	if _, ours := err.(refused); ours {
		answer = object{"error": err.Error(), "code": "VALIDATION_ERROR"}
	} else if err != nil {
		answer = object{"error": err.Error(), "code": "OPERATION_ERROR"}
	} else if answer == nil {
		answer = object{}
	}
	answer["success"] = err == nil
	text, _ := json.Marshal(answer)
	return text
}

// A function of one resource.
func (p *provider) on(work func(task) (object, error)) func(request) (object, error) {
	return func(asked request) (object, error) {
		handler, known := handlers[strings.TrimPrefix(asked.ResourceType, "files_")]
		if !known {
			return nil, refused(fmt.Sprintf("there is no resource type %q", asked.ResourceType))
		}
		path := filepath.Join(p.folder, asked.Name)
		if !strings.HasPrefix(path, p.folder+string(filepath.Separator)) || strings.ContainsRune(asked.Name, 0) {
			return nil, refused(fmt.Sprintf("%q is no path below the folder", asked.Name))
		}
		return work(task{asked, handler, p.folder, path})
	}
}

func (p *provider) discover(asked request) (object, error) {
	kind, found, warnings, wanted := strings.TrimPrefix(asked.ResourceType, "files_"), []object{}, []string{}, map[string]bool{}
	if _, known := handlers[kind]; !known && kind != "" && kind != "*" {
		return nil, refused(fmt.Sprintf("there is no resource type %q", asked.ResourceType))
	}
	for _, name := range asked.Filters.Names {
		wanted[name] = true
	}
	err := filepath.WalkDir(p.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == p.folder || strings.HasSuffix(path, unfinished) {
			return err
		}
		name, each := filepath.ToSlash(path[len(p.folder)+1:]), map[fs.FileMode]string{0: "file", fs.ModeSymlink: "link"}[entry.Type()]
		if each == "" || (each != kind && kind != "" && kind != "*") || (asked.Filters.Names != nil && !wanted[name]) {
			return nil
		}
		if answer, err := p.on(read)(request{ResourceType: each, Name: name}); err != nil {
			warnings = append(warnings, err.Error())
		} else if state, exists := answer["state"]; exists {
			found = append(found, object{"type": each, "name": name, "config": state, "state": state})
		}
		return nil
	})
	return object{"resources": found, "warnings": warnings}, err
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
