package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

func sample() input {
	return input{Binary: []byte("program"), Certs: []byte("certificates"), Arch: "amd64", Version: "1.2.3",
		Time: time.Unix(1_790_000_000, 0)}
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
