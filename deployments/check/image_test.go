package check

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// user is who runs in the image.
const user = 65532

// TestImage makes the product's image by the command of the operator's guide
// and looks into it with another's reader: what files there are, whose they
// are, and that the program starts among nothing but them.
func TestImage(t *testing.T) {
	run(t, "../..", []string{"GOWORK=off"}, "make", "--no-print-directory", "image", "VERSION=1.0.0")
	img, _ := read(t, "../../bin/homecare-image.tar")
	if err := validate.Image(img); err != nil {
		t.Error(err)
	}
	config, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	c := config.Config
	command := slices.Concat(c.Entrypoint, c.Cmd)
	if c.User != fmt.Sprintf("%d:%[1]d", user) || c.WorkingDir != "/var/lib/homecare" ||
		!slices.Equal(command, []string{"/usr/bin/homecare", "serve"}) {
		t.Errorf("%+v", c)
	}
	root := t.TempDir()
	files := mutate.Extract(img)
	got := slices.Sorted(maps.Keys(unpack(t, files, root, func(h *tar.Header) {
		h.Name = strings.TrimSuffix(h.Name, "/")
		own := strings.HasPrefix(h.Name, "var/lib/homecare")
		if (h.Uid == user) != own || h.Uid != h.Gid || !own && h.Name != "tmp" && h.Mode&0o022 != 0 {
			t.Errorf("%s belongs to %d:%d, mode %o", h.Name, h.Uid, h.Gid, h.Mode)
		}
	})))
	want := []string{"etc", "etc/group", "etc/passwd", "etc/ssl", "etc/ssl/certs", "etc/ssl/certs/ca-certificates.crt",
		"tmp", "usr", "usr/bin", "usr/bin/homecare",
		"var", "var/lib", "var/lib/homecare", "var/lib/homecare/blobs", "var/lib/homecare/status"}
	if !slices.Equal(got, want) {
		t.Errorf("files: %v", got)
	}
	if os.Getuid() != 0 {
		t.Log("not root: the program is not started in the image's root")
		return
	}
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	p := exec.CommandContext(t.Context(), command[0], command[1:]...)
	p.Dir, p.Env = c.WorkingDir, c.Env
	p.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: user, Gid: user}}
	// It has no settings: it says which, and nothing else is missing.
	if out, err := p.CombinedOutput(); err == nil || !bytes.Contains(out, []byte("HOMECARE_DB_APP_URL")) {
		t.Errorf("%s, %v", out, err)
	}
}

// TestImageReproducible: two runs of the tool give the same bytes, another time
// of files gives others, and a damaged layer is seen.
func TestImageReproducible(t *testing.T) {
	dir := t.TempDir()
	source := filepath.Join(dir, "main.go")
	if err := os.WriteFile(source, []byte("package main\nfunc main() {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	binary, certs, tool := filepath.Join(dir, "program"), filepath.Join(dir, "certs"), filepath.Join(dir, "image")
	if err := os.WriteFile(certs, []byte("certificates"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, ".", []string{"CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64"}, "go", "build", "-trimpath", "-o", binary,
		source)
	run(t, "../..", []string{"GOWORK=off"}, "go", "build", "-o", tool, "./internal/tool/image")
	image := func(epoch int) (digest, out string) {
		out = filepath.Join(dir, fmt.Sprintf("%d.tar", epoch))
		said := run(t, ".", []string{fmt.Sprintf("SOURCE_DATE_EPOCH=%d", epoch)}, tool, "-binary", binary, "-certs",
			certs, "-version", "1.0.0", "-out", out)
		digest, _, _ = strings.Cut(said, " ")
		return digest, out
	}
	digest, out := image(1_790_000_000)
	one := content(t, out)
	again, out := image(1_790_000_000)
	if digest != again || !bytes.Equal(one, content(t, out)) {
		t.Errorf("two builds differ: %s and %s", digest, again)
	}
	if other, _ := image(1_790_000_001); other == digest {
		t.Error("another time of files gives the same image: the comparison cannot fail")
	}
	img, folder := read(t, out)
	if d, err := img.Digest(); err != nil || d.String() != digest {
		t.Errorf("%s, want %s, %v", d, digest, err)
	}
	// A layer of which one byte is another is not ours.
	blobs, err := filepath.Glob(filepath.Join(folder, "blobs", "sha256", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range blobs {
		if c := content(t, b); c[0] == 0x1f { // gzip
			c[len(c)-1]++
			if err := os.WriteFile(b, c, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if validate.Image(img) == nil {
		t.Error("a damaged layer is valid")
	}
}

// read opens an image as both kinds of loaders do: by the OCI layout, and by
// manifest.json, without which an engine with its own image store refuses the
// file (SOURCE: moby, tarexport/load.go). Both must find the same image. It
// returns the first and the folder of its layout.
func read(t *testing.T, file string) (v1.Image, string) {
	t.Helper()
	folder := t.TempDir()
	unpack(t, io.NopCloser(bytes.NewReader(content(t, file))), folder, func(*tar.Header) {})
	path, err := layout.FromPath(folder)
	if err != nil {
		t.Fatal(err)
	}
	index, err := path.ImageIndex()
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil || len(manifest.Manifests) != 1 {
		t.Fatalf("%+v, %v", manifest, err)
	}
	img, err := index.Image(manifest.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	tag := name.MustParseReference("homecare:1.0.0").(name.Tag)
	loaded, err := tarball.ImageFromPath(file, &tag)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Image(loaded); err != nil {
		t.Error(err)
	}
	a, err := img.ConfigName()
	b, other := loaded.ConfigName()
	if a != b || errors.Join(err, other) != nil {
		t.Errorf("layout and manifest.json name two images: %s and %s, %v", a, b, errors.Join(err, other))
	}
	return img, folder
}

func content(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
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

// unpack lays the archive's files out below folder, shows each header and
// returns the names; a name twice fails.
func unpack(t *testing.T, archive io.ReadCloser, folder string, seen func(*tar.Header)) map[string]struct{} {
	t.Helper()
	defer func() { _ = archive.Close() }()
	names := map[string]struct{}{}
	for r := tar.NewReader(archive); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		seen(h)
		if _, twice := names[h.Name]; twice {
			t.Errorf("%s is there twice", h.Name)
		}
		names[h.Name] = struct{}{}
		path := filepath.Join(folder, filepath.Clean("/"+h.Name))
		if h.Typeflag == tar.TypeDir {
			err = os.MkdirAll(path, 0o755)
		} else {
			var b []byte
			if b, err = io.ReadAll(r); err == nil {
				err = os.MkdirAll(filepath.Dir(path), 0o755)
			}
			if err == nil {
				err = os.WriteFile(path, b, 0o755)
			}
		}
		if err == nil && os.Getuid() == 0 {
			err = os.Chown(path, h.Uid, h.Gid)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
