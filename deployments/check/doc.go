// Package check holds deployments/ and docker-compose.yml against the programs
// that will read them: the parsers of Compose, BuildKit and Prometheus,
// systemd-analyze, an independent reader of container images. It is a module of its own, so that
// none of these reach the product.
package check
