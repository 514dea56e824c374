# Adds the program to the PATH of another image: a runner manager, or docker in docker.
#   docker build --file tools/Docker/onto.Dockerfile --build-arg HELPER=IMAGE --build-arg BASE=gitlab/gitlab-runner:latest .
#   docker build --file tools/Docker/onto.Dockerfile --build-arg HELPER=IMAGE --build-arg BASE=docker:dind .
# HELPER is the image of ./Dockerfile. Nothing runs during the build, so both may be for another architecture.
ARG HELPER
ARG BASE=gitlab/gitlab-runner:latest
FROM ${HELPER} AS helper
FROM ${BASE}
COPY --from=helper /docker-credential-ecr-login /usr/local/bin/docker-credential-ecr-login
