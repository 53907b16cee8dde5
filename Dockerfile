# kopt and all it needs, in a container without a network, a package manager or rights of an administrator:
#   docker build -t kopt .
#   docker run --rm --network none --user "$(id -u):$(id -g)" -v "$PWD":/data kopt inspect films
# What it holds is the bundle of docs/bundle.md, with its licences and its bill of materials in /opt/kopt.
FROM node:22-bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends unzip && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
ARG TARGETARCH=amd64
RUN system=linux-$(echo "$TARGETARCH" | sed s/amd64/x64/) \
 && npm run bundle -- "$system" /bundle \
 && unzip -q "/bundle/kopt-*-$system.zip" -d /unpacked \
 && mv /unpacked/kopt-* /opt/kopt

FROM debian:bookworm-slim
COPY --from=build /opt/kopt /opt/kopt
RUN ln -s /opt/kopt/kopt /usr/local/bin/kopt && useradd --create-home --uid 1000 kopt
# Whoever runs it as somebody else has a home, too.
ENV HOME=/home/kopt
RUN chmod 1777 /home/kopt
USER kopt
WORKDIR /data
ENTRYPOINT ["kopt"]
CMD ["--help"]
