import * as tf from '@tensorflow/tfjs-core'; import '@tensorflow/tfjs-backend-cpu';
import {trace,lower} from '@tweedie/compile';import {encodeOnnx} from '@tweedie/compile/encode';
import {unet, mlp, compactUnet} from '@tweedie/networks';
import {key,normal,registerGradients} from '@tweedie/core';
import ort from 'onnxruntime-node';
await tf.setBackend('cpu'); registerGradients();
const which=process.argv[2]??'unet', B=+(process.argv[3]??2), dialect=JSON.parse(process.argv[4]??'{"fused":true,"block":0}');
const net= which==='mlp'?mlp({key:key(0)}): which==='compact'?compactUnet({key:key(0),image:[28,28,1],classes:10}): unet({key:key(0), ...(which==='small'?{widths:[8,16,16]}:{})});
const shape= which==='mlp'?[B,2]:which==='compact'?[B,28,28,1]:[B,32,32,1];
// perturb parameters (zeros otherwise)
let i=1; for (const v of net.parameters.values()) {const r=normal(key(i++),v.shape); const a=tf.mul(r,0.05); v.assign(tf.add(v,a));}
const specs={x:{shape,dtype:'float32'},n:{shape:[B],dtype:'float32'},y:{shape,dtype:'float32'}};
const values={x:normal(key(100),shape),n:tf.tensor1d(Float32Array.from({length:B},(_,i)=>(i+.5)/B)),y:normal(key(101),shape)};
if(which==='compact'){specs.l={shape:[B],dtype:'int32'};values.l=tf.tensor1d(Int32Array.from({length:B},(_,i)=>i%11),'int32');}
const step=({x,n,y,l},out)=>{
 const {value,grads}=tf.variableGrads(()=>{const l2=tf.mean(tf.square(tf.sub(net.apply(x,n,l),y)));out('loss',l2);return l2},[...net.parameters.values()]);
 for(const [k,v] of net.parameters) if(grads[v.name]) out('g.'+k,grads[v.name]);
};
const vars=new Map([...net.parameters].map(([k,v])=>['p.'+k,v]));
let t=performance.now(); const lap=(s)=>{const n=performance.now();console.log(s,(n-t).toFixed(0),'ms');t=performance.now()};
const g=trace({inputs:specs,variables:vars},step); lap('trace');
const m=lower(g,dialect); lap('lower');
const c={};for(const n of m.nodes)c[n.op]=(c[n.op]??0)+1;console.log(m.nodes.length,JSON.stringify(c));
const bytes=encodeOnnx(m); lap('encode '+bytes.length);
if (process.argv[5]) (await import('node:fs')).writeFileSync(process.argv[5],bytes);
const s=await ort.InferenceSession.create(bytes,{intraOpNumThreads:2,graphOptimizationLevel:'all'}); lap('session');
const feeds={}; for(const [k,v] of Object.entries(values)) feeds[k]=new ort.Tensor(v.dtype,v.dataSync(),v.shape);
for(const [k,v] of vars) feeds[k]=new ort.Tensor('float32',v.dataSync(),v.shape);
let r=await s.run(feeds); lap('run');
const times=[];for(let i=0;i<(+process.env.N||5);i++){const t=performance.now();r=await s.run(feeds);times.push(performance.now()-t)} times.sort((a,b)=>a-b);console.log('min',times[0].toFixed(1),'median',times[times.length>>1].toFixed(1));
if(!process.env.NOCHECK){ t=performance.now();
let worst=0,norm2=0,wa=0,wname; const ref={}; step(values,(k,v)=>{ref[k]=v.dataSync().slice()}); lap('eager cpu');
for(const k in ref) if(k!=='loss') for(const v of ref[k]) norm2+=v*v;
for(const k in ref){const a=ref[k],b=r[k].data;let d=0,mx=0;for(let i=0;i<a.length;i++){d=Math.max(d,Math.abs(a[i]-b[i]));mx=Math.max(mx,Math.abs(a[i]))} if(!(d<=1e-5*mx||d<=1e-6*Math.sqrt(norm2)))console.log('BAD',k,d,mx);if(d/mx>worst){worst=d/mx;wname=k} wa=Math.max(wa,d)}
console.log('loss',ref.loss[0],r.loss.data[0],'worst rel',worst,wname,'abs',wa,'norm',Math.sqrt(norm2));}
