package check

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// TestImage builds the image of a small program twice with the product's tool,
// compares the bytes, and has it read by another's reader.
func TestImage(t *testing.T) {
	dir := t.TempDir()
	source := filepath.Join(dir, "main.go")
	if err := os.WriteFile(source, []byte("package main\nfunc main() {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	binary, certs, tool := filepath.Join(dir, "program"), filepath.Join(dir, "certs"), filepath.Join(dir, "image")
	if err := os.WriteFile(certs, []byte("certificates"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, ".", []string{"CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64"}, "go", "build", "-trimpath", "-o", binary, source)
	run(t, "../..", []string{"GOWORK=off"}, "go", "build", "-o", tool, "./internal/tool/image")
	image := func(epoch int) (string, []byte) {
		out := filepath.Join(dir, fmt.Sprintf("%d.tar", epoch))
		digest, _, _ := strings.Cut(run(t, ".", []string{fmt.Sprintf("SOURCE_DATE_EPOCH=%d", epoch)}, tool, "-binary", binary, "-certs", certs, "-version", "1.0.0", "-out", out), " ")
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		return digest, b
	}
	digest, one := image(1_790_000_000)
	again, two := image(1_790_000_000)
	if digest != again || !bytes.Equal(one, two) {
		t.Errorf("two builds differ: %s and %s", digest, again)
	}
	if other, _ := image(1_790_000_001); other == digest {
		t.Error("another time of files gives the same image: the comparison cannot fail")
	}
	folder := filepath.Join(dir, "layout")
	unpack(t, one, folder)
	path, err := layout.FromPath(folder)
	if err != nil {
		t.Fatal(err)
	}
	index, err := path.ImageIndex()
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil || len(manifest.Manifests) != 1 || manifest.Manifests[0].Digest.String() != digest {
		t.Fatalf("%+v, %v", manifest, err)
	}
	img, err := index.Image(manifest.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Image(img); err != nil {
		t.Error(err)
	}
	config, err := img.ConfigFile()
	if err != nil || config.Config.User != "65532:65532" || config.Config.Entrypoint[0] != "/usr/bin/homecare" {
		t.Errorf("%+v, %v", config, err)
	}
	// A layer of which one byte is another is not ours.
	blobs, err := filepath.Glob(filepath.Join(folder, "blobs", "sha256", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range blobs {
		content, err := os.ReadFile(b)
		if err != nil {
			t.Fatal(err)
		}
		if content[0] == 0x1f { // gzip
			content[len(content)-1]++
			if err := os.WriteFile(b, content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if validate.Image(img) == nil {
		t.Error("a damaged layer is valid")
	}
}

func run(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), name, args...)
	c.Dir, c.Env = dir, append(os.Environ(), env...)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %s %v", name, out, err)
	}
	return string(out)
}

func unpack(t *testing.T, b []byte, folder string) {
	t.Helper()
	for r := tar.NewReader(bytes.NewReader(b)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(folder, filepath.Clean("/"+h.Name))
		if h.Typeflag == tar.TypeDir {
			err = os.MkdirAll(path, 0o755)
		} else {
			var content []byte
			if content, err = io.ReadAll(r); err == nil {
				err = os.MkdirAll(filepath.Dir(path), 0o755)
			}
			if err == nil {
				err = os.WriteFile(path, content, 0o600)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
