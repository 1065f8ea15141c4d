// Writes signatures of an image by the Notary Project's own library, as one JSON: with every key and both forms and
// schemes that it knows, and copies with one byte changed, each with the library's own verdict.
package main

import (
	"crypto"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/json"
	"math/rand"
	"os"
	"time"

	"github.com/notaryproject/notation-core-go/signature"
	"github.com/notaryproject/notation-core-go/signature/cose"
	"github.com/notaryproject/notation-core-go/signature/jws"
	"github.com/notaryproject/notation-core-go/testhelper"
)

type signed struct {
	Key       string   `json:"key"`
	MediaType string   `json:"mediaType"`
	Scheme    string   `json:"scheme"`
	Envelope  []byte   `json:"envelope"`
	Root      []byte   `json:"root"`
	Changed   []change `json:"changed"`
}

type change struct {
	Envelope []byte `json:"envelope"`
	Holds    bool   `json:"holds"`
}

type signer struct {
	name  string
	chain []*x509.Certificate
	key   crypto.PrivateKey
}

func signers() []signer {
	var all []signer
	for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		leaf := testhelper.GetECCertTuple(curve)
		all = append(all, signer{curve.Params().Name, []*x509.Certificate{leaf.Cert, testhelper.GetECRootCertificate().Cert}, leaf.PrivateKey})
	}
	for size, name := range map[int]string{2048: "RSA-2048", 3072: "RSA-3072", 4096: "RSA-4096"} {
		leaf := testhelper.GetRSACertTuple(size)
		all = append(all, signer{name, []*x509.Certificate{leaf.Cert, testhelper.GetRSARootCertificate().Cert}, leaf.PrivateKey})
	}
	return all
}

func sign(by signer, mediaType string, scheme signature.SigningScheme, payload []byte) signed {
	local, err := signature.NewLocalSigner(by.chain, by.key)
	check(err)
	envelope, err := signature.NewEnvelope(mediaType)
	check(err)
	now := time.Now()
	bytes, err := envelope.Sign(&signature.SignRequest{
		Payload:       signature.Payload{ContentType: "application/vnd.cncf.notary.payload.v1+json", Content: payload},
		Signer:        local,
		SigningTime:   now,
		Expiry:        now.Add(12 * time.Hour),
		SigningScheme: scheme,
		SigningAgent:  "a test",
	})
	check(err)
	result := signed{by.name, mediaType, string(scheme), bytes, by.chain[len(by.chain)-1].Raw, nil}
	for range 40 {
		changed := append([]byte{}, bytes...)
		changed[rand.Intn(len(changed))] ^= byte(1 << rand.Intn(8))
		result.Changed = append(result.Changed, change{changed, holds(mediaType, changed)})
	}
	return result
}

func holds(mediaType string, bytes []byte) bool {
	envelope, err := signature.ParseEnvelope(mediaType, bytes)
	if err != nil {
		return false
	}
	_, err = envelope.Verify()
	return err == nil
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	payload := []byte(os.Args[1])
	var all []signed
	for _, by := range signers() {
		for _, mediaType := range []string{jws.MediaTypeEnvelope, cose.MediaTypeEnvelope} {
			for _, scheme := range []signature.SigningScheme{signature.SigningSchemeX509, signature.SigningSchemeX509SigningAuthority} {
				all = append(all, sign(by, mediaType, scheme, payload))
			}
		}
	}
	check(json.NewEncoder(os.Stdout).Encode(all))
}
