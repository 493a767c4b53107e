#!/bin/sh
exec answer
