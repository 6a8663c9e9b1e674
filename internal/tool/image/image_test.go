package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func sample() input {
	return input{Binary: []byte("program"), Certs: []byte("certificates"), Arch: "amd64", Version: "1.2.3", Time: time.Unix(1_790_000_000, 0)}
}

// TestReproducible: the same inputs give the same image; each input shows.
func TestReproducible(t *testing.T) {
	t.Parallel()
	one, digest, err := build(sample())
	if err != nil {
		t.Fatal(err)
	}
	two, again, err := build(sample())
	if err != nil || digest != again || !bytes.Equal(one, two) {
		t.Errorf("two builds differ: %s and %s, %v", digest, again, err)
	}
	for what, change := range map[string]func(*input){
		"time":    func(in *input) { in.Time = in.Time.Add(time.Second) },
		"program": func(in *input) { in.Binary = append(in.Binary, 0) },
		"certs":   func(in *input) { in.Certs = nil },
		"version": func(in *input) { in.Version = "1.2.4" },
	} {
		in := sample()
		change(&in)
		if _, other, err := build(in); err != nil || other == digest {
			t.Errorf("another %s gives the same image (%v)", what, err)
		}
	}
}

// TestContent: the program is root's and cannot be changed by the user who runs
// it; that user is not root and owns only its folders.
func TestContent(t *testing.T) {
	t.Parallel()
	tarball, _, err := build(sample())
	if err != nil {
		t.Fatal(err)
	}
	layout := read(t, bytes.NewReader(tarball))
	var index, manifest, config struct {
		Manifests, Layers []descriptor
		Config            json.RawMessage
	}
	decode(t, layout["index.json"].content, &index)
	blob := func(d descriptor) []byte {
		return layout["blobs/sha256/"+strings.TrimPrefix(d.Digest, "sha256:")].content
	}
	decode(t, blob(index.Manifests[0]), &manifest)
	var d descriptor
	decode(t, manifest.Config, &d)
	decode(t, blob(d), &config)
	if !bytes.Contains(config.Config, []byte(`"User":"65532:65532"`)) {
		t.Errorf("the user is not 65532: %s", config.Config)
	}
	files := map[string]file{}
	for _, l := range manifest.Layers {
		z, err := gzip.NewReader(bytes.NewReader(blob(l)))
		if err != nil {
			t.Fatal(err)
		}
		for name, f := range read(t, z) {
			files[name] = f
		}
	}
	if f := files["usr/bin/homecare"]; string(f.content) != "program" || f.uid != 0 || f.mode != 0o755 {
		t.Errorf("program: %+v", f)
	}
	for name, f := range files {
		if own := strings.HasPrefix(name, "var/lib/homecare"); own != (f.uid == UID) {
			t.Errorf("%s belongs to %d", name, f.uid)
		}
	}
}

// TestStatic: a program that needs a dynamic linker is refused.
func TestStatic(t *testing.T) {
	t.Parallel()
	if err := static([]byte("#!/bin/sh")); err == nil {
		t.Error("a script is a program")
	}
	dynamic, err := os.ReadFile("/bin/sh")
	if err != nil {
		t.Skip("no /bin/sh to compare with")
	}
	if err := static(dynamic); err == nil {
		t.Error("/bin/sh counts as static")
	}
	out := filepath.Join(t.TempDir(), "image")
	b := exec.CommandContext(t.Context(), "go", "build", "-o", out, ".")
	b.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
	if text, err := b.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	program, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := static(program); err != nil {
		t.Error(err)
	}
}

func read(t *testing.T, r io.Reader) map[string]file {
	t.Helper()
	out := map[string]file{}
	for tr := tar.NewReader(r); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(tr)
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(h.Name, "/")] = file{h.Name, h.Mode, h.Uid, content}
	}
}

func decode(t *testing.T, b []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
}
