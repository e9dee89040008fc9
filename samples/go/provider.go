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
    {
      "name": "file",
      "description": "A file with a text.",
      "config_schema": {"attributes": {
        "name": {"type": "string", "description": "Its path below the folder; the name of the resource when left out."},
        "content": {"type": "string", "description": "The text, at most 1 MiB.", "required": true, "validators": [{"type": "length", "value": {"max": 1048576}, "message": "at most 1 MiB"}]},
        "mode": {"type": "string", "description": "Who may do what with it, in octal.", "default": "0644", "validators": [{"type": "regex", "value": "^0[0-7]{3}$", "message": "four octal digits, 0644"}]}
      }},
      "state_schema": {"attributes": {"size": {"type": "int", "description": "In bytes.", "computed": true}}}
    },
    {
      "name": "link",
      "description": "A symbolic link to a file.",
      "holds_data": false,
      "config_schema": {"attributes": {
        "name": {"type": "string", "description": "Its path below the folder; the name of the resource when left out."},
        "target": {"type": "string", "description": "The file, or its name.", "required": true, "references": ["file"]}
      }},
      "state_schema": {"attributes": {}}
    }
  ]
}`

type object = map[string]interface{}

// What a user can put right: it becomes an answer, not a gRPC status.
type refused string

func (r refused) Error() string { return string(r) }

type request struct {
	ResourceType string `json:"resource_type"`
	Name         string
	Config       object
	Filters      struct{ Names []string }
}

// One resource type, on paths that are known to be below the folder.
type handler struct {
	// nil when there is no such thing at the path.
	read  func(folder, path string) (object, error)
	write func(folder, path string, config object) error
}

var handlers = map[string]handler{
	"file": {
		read: func(_, path string) (object, error) {
			info, err := os.Lstat(path)
			if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
				return nil, nil
			}
			if err != nil {
				return nil, err
			}
			content, err := os.ReadFile(path)
			return object{"content": string(content), "mode": fmt.Sprintf("%04o", info.Mode().Perm()), "size": info.Size()}, err
		},
		// Written beside its place and moved there: nobody ever reads half of it.
		write: func(_, path string, config object) error {
			content, ok := config["content"].(string)
			if !ok {
				return refused("content is required: the text of the file")
			}
			var mode fs.FileMode = 0o644
			if text, ok := config["mode"].(string); ok {
				if _, err := fmt.Sscanf(text, "%o", &mode); err != nil {
					return refused("mode is in octal: 0644")
				}
			}
			fresh, err := os.CreateTemp(filepath.Dir(path), "*"+unfinished)
			if err != nil {
				return err
			}
			defer os.Remove(fresh.Name())
			_, err = fresh.WriteString(content)
			return first(err, fresh.Close, func() error { return os.Chmod(fresh.Name(), mode) }, func() error { return os.Rename(fresh.Name(), path) })
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
		write: func(folder, path string, config object) error {
			target, ok := config["target"].(string)
			if !ok {
				return refused("target is required: the name of a file")
			}
			relative, err := filepath.Rel(filepath.Dir(path), filepath.Join(folder, target))
			if err != nil {
				return err
			}
			fresh := path + unfinished
			defer os.Remove(fresh)
			return first(os.Symlink(relative, fresh), func() error { return os.Rename(fresh, path) })
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
	result := p.answer(func() (object, error) {
		folder, ok := config["folder"].(string)
		if !ok {
			return nil, refused("folder is required: where the files are")
		}
		folder, err := filepath.Abs(folder)
		if info, missing := os.Stat(folder); err == nil && (missing != nil || !info.IsDir()) {
			return nil, refused(fmt.Sprintf("folder: %s is no folder", folder))
		}
		p.folder = folder
		return nil, first(err, func() error { return filepath.WalkDir(folder, sweep) })
	})
	return &wire.ConfigureResponse{Result: result}, nil
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
	if err != nil {
		code := "OPERATION_ERROR"
		if _, ours := err.(refused); ours {
			code = "VALIDATION_ERROR"
		}
		answer = object{"success": false, "code": code, "error": err.Error()}
	} else {
		if answer == nil {
			answer = object{}
		}
		answer["success"] = true
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
	if err != nil {
		return nil, err
	}
	if _, err := os.Lstat(path); err == nil {
		return nil, refused(fmt.Sprintf("%s exists already", path))
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	return p.write(asked)
}

func (p *provider) write(asked request) (object, error) {
	handler, path, err := p.find(asked)
	if err != nil {
		return nil, err
	}
	if err := handler.write(p.folder, path, asked.Config); err != nil {
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
	return object{"exists": true, "state": state, "resource_id": asked.Name}, nil
}

func (p *provider) delete(asked request) (object, error) {
	_, path, err := p.find(asked)
	if err == nil {
		err = os.Remove(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return nil, err
}

func (p *provider) discover(asked request) (object, error) {
	found, warnings := []object{}, []string{}
	add := func(name string) error {
		for kind := range handlers {
			if asked.ResourceType != "" && asked.ResourceType != "*" && strings.TrimPrefix(asked.ResourceType, "files_") != kind {
				continue
			}
			answer, err := p.read(request{ResourceType: kind, Name: name})
			if state, exists := answer["state"].(object); err == nil && exists {
				found = append(found, object{"type": kind, "name": name, "config": state, "state": state})
			}
		}
		return nil
	}
	if _, _, err := p.find(request{ResourceType: asked.ResourceType, Name: "x"}); asked.ResourceType != "" && asked.ResourceType != "*" && err != nil {
		return nil, err
	}
	if asked.Filters.Names != nil {
		for _, name := range asked.Filters.Names {
			_ = add(name)
		}
		return object{"resources": found}, nil
	}
	err := filepath.WalkDir(p.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, _ := filepath.Rel(p.folder, path)
		if info, err := entry.Info(); err == nil && info.Size() > largest {
			warnings = append(warnings, fmt.Sprintf("%s is larger than 1 MiB and left out", name))
			return nil
		}
		return add(filepath.ToSlash(name))
	})
	return object{"resources": found, "warnings": warnings}, err
}

type servedPlugin struct{ plugin.NetRPCUnsupportedPlugin }

func (servedPlugin) GRPCServer(_ *plugin.GRPCBroker, server *grpc.Server) error {
	wire.RegisterProviderServer(server, &provider{})
	return nil
}

func (servedPlugin) GRPCClient(context.Context, *plugin.GRPCBroker, *grpc.ClientConn) (interface{}, error) {
	return nil, errors.New("a provider calls nobody")
}

// go-plugin speaks the handshake of docs/protocol.md, with mutual TLS on a socket.
func main() {
	const cookie, value = "KOLUMN_PLUGIN", "kolumn-provider-plugin"
	if os.Getenv(cookie) != value {
		switch {
		case len(os.Args) > 1 && os.Args[1] == "--schema":
			fmt.Println(schema)
		case len(os.Args) > 1 && os.Args[1] == "--version":
			fmt.Println("1.0.0")
		default:
			fmt.Fprintln(os.Stderr, "This is a provider of Kolumn 1.0.0: kolumn starts it. Try --schema or --version.")
			os.Exit(1)
		}
		return
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
