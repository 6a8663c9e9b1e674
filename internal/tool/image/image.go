package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"encoding/json"
	"errors"
	"path"
	"slices"
	"strings"
	"time"
)

// UID is the unprivileged user and group of the image, with the number that
// distroless images use for "nonroot".
const UID = 65532

type input struct {
	Binary, Certs []byte
	Arch, Version string
	Time          time.Time
}

type file struct {
	name    string
	mode    int64
	uid     int
	content []byte // nil means a folder
}

// static refuses a program that needs a dynamic linker: the image has none.
func static(program []byte) error {
	f, err := elf.NewFile(bytes.NewReader(program))
	if err != nil {
		return errors.New("not a Linux program")
	}
	if slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
		return errors.New("not static: build with CGO_ENABLED=0")
	}
	return nil
}

// build returns the OCI layout as a tar file and the manifest's digest.
func build(in input) (tarball []byte, digest string, err error) {
	base := []file{
		{"etc", 0o755, 0, nil},
		{"etc/passwd", 0o644, 0,
			[]byte("root:x:0:0:root:/:/sbin/nologin\nhomecare:x:65532:65532:homecare:/var/lib/homecare:/sbin/nologin\n")},
		{"etc/group", 0o644, 0, []byte("root:x:0:\nhomecare:x:65532:\n")},
		{"tmp", 0o1777, 0, nil},
		{"var", 0o755, 0, nil},
		{"var/lib", 0o755, 0, nil},
		{"var/lib/homecare", 0o750, UID, nil},
		{"var/lib/homecare/blobs", 0o750, UID, nil},
		{"var/lib/homecare/status", 0o750, UID, nil},
	}
	if in.Certs != nil {
		base = append(base, file{"etc/ssl", 0o755, 0, nil}, file{"etc/ssl/certs", 0o755, 0, nil},
			file{"etc/ssl/certs/ca-certificates.crt", 0o644, 0, in.Certs})
	}
	// What changes with each release is a separate layer.
	program := []file{{"usr", 0o755, 0, nil}, {"usr/bin", 0o755, 0, nil}, {"usr/bin/homecare", 0o755, 0, in.Binary}}

	var b blobs
	type rootfs struct {
		Type    string   `json:"type"`
		DiffIDs []string `json:"diff_ids"`
	}
	root := rootfs{Type: "layers"}
	var layers []descriptor
	for _, files := range [][]file{base, program} {
		plain, err := archive(files, in.Time)
		if err != nil {
			return nil, "", err
		}
		root.DiffIDs = append(root.DiffIDs, "sha256:"+sum(plain))
		packed, err := pack(plain)
		if err != nil {
			return nil, "", err
		}
		layers = append(layers, b.add("application/vnd.oci.image.layer.v1.tar+gzip", packed))
	}
	labels := map[string]string{
		"org.opencontainers.image.title":    "homecare",
		"org.opencontainers.image.version":  in.Version,
		"org.opencontainers.image.created":  in.Time.Format(time.RFC3339),
		"org.opencontainers.image.licenses": "Apache-2.0",
	}
	config, err := b.addJSON("application/vnd.oci.image.config.v1+json", map[string]any{
		"created": in.Time.Format(time.RFC3339), "architecture": in.Arch, "os": "linux", "rootfs": root,
		"config": map[string]any{"User": "65532:65532", "Entrypoint": []string{"/usr/bin/homecare"},
			"Cmd": []string{"serve"}, "WorkingDir": "/var/lib/homecare",
			"Env": []string{"PATH=/usr/bin", "HOMECARE_ADDR=0.0.0.0:8080",
				"HOMECARE_METRICS_ADDR=0.0.0.0:9090", "HOMECARE_BLOB_DIR=/var/lib/homecare/blobs"},
			"ExposedPorts": map[string]any{"8080/tcp": struct{}{}, "9090/tcp": struct{}{}}, "Labels": labels,
			"StopSignal": "SIGTERM"},
	})
	if err != nil {
		return nil, "", err
	}
	manifest, err := b.addJSON("application/vnd.oci.image.manifest.v1+json", map[string]any{"schemaVersion": 2,
		"mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": layers,
		"annotations": labels})
	if err != nil {
		return nil, "", err
	}
	named := manifest
	named.Platform = map[string]string{"architecture": in.Arch, "os": "linux"}
	named.Annotations = map[string]string{"org.opencontainers.image.ref.name": in.Version,
		"io.containerd.image.name": "homecare:" + in.Version}
	index, err := json.Marshal(map[string]any{"schemaVersion": 2,
		"mediaType": "application/vnd.oci.image.index.v1+json", "manifests": []descriptor{named}})
	if err != nil {
		return nil, "", err
	}
	// An engine with its own image store refuses a file without manifest.json
	// (SOURCE: moby, tarexport/load.go). It refers to the same blobs.
	docker := dockerImage{Config: config.path(), RepoTags: []string{"homecare:" + in.Version}}
	for _, l := range layers {
		docker.Layers = append(docker.Layers, l.path())
	}
	loaded, err := json.Marshal([]dockerImage{docker})
	if err != nil {
		return nil, "", err
	}
	files := []file{
		{"oci-layout", 0o644, 0, []byte(`{"imageLayoutVersion":"1.0.0"}`)},
		{"index.json", 0o644, 0, index},
		{"manifest.json", 0o644, 0, loaded},
		{"blobs", 0o755, 0, nil},
		{"blobs/sha256", 0o755, 0, nil},
	}
	files = append(files, b.files...)
	tarball, err = archive(files, in.Time)
	return tarball, manifest.Digest, err
}

type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int               `json:"size"`
	Platform    map[string]string `json:"platform,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// path is the place of the content in the layout.
func (d descriptor) path() string { return "blobs/sha256/" + strings.TrimPrefix(d.Digest, "sha256:") }

// dockerImage is an entry of manifest.json as written by docker save.
type dockerImage struct {
	Config   string
	RepoTags []string
	Layers   []string
}

// blobs are the layout's content-addressed files.
type blobs struct{ files []file }

func (b *blobs) add(mediaType string, content []byte) descriptor {
	d := descriptor{MediaType: mediaType, Digest: "sha256:" + sum(content), Size: len(content)}
	b.files = append(b.files, file{d.path(), 0o644, 0, content})
	return d
}

func (b *blobs) addJSON(mediaType string, v any) (descriptor, error) {
	content, err := json.Marshal(v) // map keys are sorted
	return b.add(mediaType, content), err
}

func archive(files []file, at time.Time) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, f := range files {
		h := &tar.Header{Name: f.name, Mode: f.mode, Uid: f.uid, Gid: f.uid, ModTime: at, Format: tar.FormatPAX,
			Typeflag: tar.TypeReg, Size: int64(len(f.content))}
		if f.content == nil {
			h.Typeflag, h.Name = tar.TypeDir, path.Clean(f.name)+"/"
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.content); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

func pack(plain []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.DefaultCompression) // the header's time stays zero
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}
